import { describe, expect, test } from "vitest";
import { publishedCourse } from "../harness/course.ts";
import { expectRefused } from "../harness/refusals.ts";
import {
  command,
  drain,
  eventsOf,
  http,
  newOrganization,
  ok,
  type Person,
  rows,
  type World,
} from "../harness/world.ts";
import { inCohort, mailsTo, toldIn } from "./notices.ts";

const PATH = "/lms/me/notification-preferences";
const shown = async (as: Person, kind: string) =>
  ok(await http("GET", PATH, { as })).data.find((one: { kind: string }) => one.kind === kind)
    .channels;
const prefer = (as: Person, email: unknown) => http("PATCH", PATH, { as, body: { email } });

const start = async (world: World, sessionId: string) => {
  ok(await command("lms.session.start", { sessionId }, world.instructor));
  await drain(world.orgId);
};

describe("what a member is mailed", () => {
  test("is chosen by kind, and is always told in the application", async () => {
    const world = await newOrganization();
    const { session } = await inCohort(world);
    expect(await shown(world.learner, "session.started")).toEqual({
      inApp: { enabled: true, locked: true },
      email: { enabled: false, locked: false },
    });
    const { data } = ok(await prefer(world.learner, { "session.started": true }));
    expect(
      data.find(({ kind }: { kind: string }) => kind === "session.started").channels.email,
    ).toEqual({ enabled: true, locked: false });
    const updated = (await eventsOf(world.orgId)).filter(({ name }) => name === "member.updated");
    expect(updated.at(-1)?.payload.fields).toEqual(["preferences"]);
    await start(world, session.id);
    const mails = await mailsTo(world.learner.id);
    expect(mails.map(({ subject }) => subject)).toContain("Acids has started");
    expect(await toldIn(world.orgId, "session.started")).toHaveLength(1);
  });

  test("of a kind that is switched off is nothing, while the notice comes all the same", async () => {
    const world = await newOrganization();
    const { session } = await inCohort(world);
    ok(await prefer(world.learner, { "session.cancelled": false }));
    const reason = { sessionId: session.id, reason: "Ill" };
    ok(await command("lms.session.cancel", reason, world.instructor));
    await drain(world.orgId);
    expect(await toldIn(world.orgId, "session.cancelled")).toHaveLength(1);
    const mails = await mailsTo(world.learner.id);
    expect(mails.filter(({ subject }) => subject.includes("cancelled"))).toEqual([]);
  });

  test("cannot be switched off for receipts, nor for a kind that there is not", async () => {
    const world = await newOrganization();
    expect(await shown(world.learner, "payment.receipt")).toEqual({
      inApp: { enabled: true, locked: true },
      email: { enabled: true, locked: true },
    });
    for (const kind of ["payment.receipt", "payment.refunded", "nothing.such"]) {
      await expectRefused(world.orgId, { status: 400, code: "VALIDATION_FAILED" }, () =>
        prefer(world.learner, { [kind]: false }),
      );
    }
    const without = { headers: { "x-org-id": world.orgId } };
    expect(await http("GET", PATH, without)).toMatchObject({ status: 401 });
  });
});

describe("a mail's own end", () => {
  const linkOf = (headers: string) => {
    const { "List-Unsubscribe": list, "List-Unsubscribe-Post": post } = JSON.parse(headers);
    expect(post).toBe("List-Unsubscribe=One-Click");
    const url = new URL(String(list).slice(1, -1));
    return `${url.pathname}${url.search}`;
  };

  test("is one POST without signing in, after which that kind alone is mailed no more", async () => {
    const world = await newOrganization();
    const { session } = await inCohort(world);
    const move = async (scheduledAt: string) => {
      const payload = { sessionId: session.id, scheduledAt };
      ok(await command("lms.session.update", payload, world.instructor));
      await drain(world.orgId);
    };
    await move("2099-03-01T10:00:00Z");
    const mail = (await mailsTo(world.learner.id)).at(-1);
    const link = linkOf(mail?.headers ?? "{}");
    expect(mail?.text).toContain(link);
    const page = await http("GET", link, { headers: { accept: "text/html" } });
    expect([page.status, page.body.text]).toEqual([200, expect.stringContaining("<form method=")]);
    expect((await shown(world.learner, "session.rescheduled")).email.enabled).toBe(true);
    for (let click = 0; click < 2; click++) {
      const done = await http("POST", link, {
        headers: { "content-type": "application/x-www-form-urlencoded" },
      });
      expect(done).toMatchObject({
        status: 200,
        body: { kind: "session.rescheduled", enabled: false },
      });
    }
    await move("2099-03-02T10:00:00Z");
    expect((await mailsTo(world.learner.id)).at(-1)).toEqual(mail);
    expect(await toldIn(world.orgId, "session.rescheduled")).toHaveLength(2);
    expect((await shown(world.learner, "session.cancelled")).email.enabled).toBe(true);
  });

  test("is refused where the signature is not ours, or is another kind's or member's", async () => {
    const world = await newOrganization();
    await inCohort(world);
    const [mail] = await mailsTo(world.learner.id);
    const link = linkOf(mail?.headers ?? "{}");
    const [, body = "", signature = ""] = /token=([^.]+)\.(\w+)/.exec(link) ?? [];
    const said = JSON.parse(atob(body.replaceAll("-", "+").replaceAll("_", "/")));
    const forged = btoa(JSON.stringify([said[0], said[1], world.instructor.id, said[3]]));
    for (const token of [
      "",
      "x",
      `${body}.${"0".repeat(64)}`,
      `${forged}.${signature}`,
      `${body}.`,
    ]) {
      const refused = await http("POST", `/lms/unsubscribe?token=${encodeURIComponent(token)}`);
      expect(refused).toMatchObject({ status: 401, body: { code: "INVALID_SIGNATURE" } });
      expect(await http("GET", `/lms/unsubscribe?token=${token}`)).toMatchObject({ status: 401 });
    }
    expect(
      await rows(
        "SELECT id FROM lms_members WHERE preferences <> '{}' AND organization_id = ?",
        world.orgId,
      ),
    ).toEqual([]);
  });

  test("by name is a member's own alone", async () => {
    const world = await newOrganization();
    const end = (as: Person, memberId: string) =>
      command("lms.notification.unsubscribe", { memberId, kind: "session.started" }, as);
    ok(await end(world.learner, world.learner.id));
    await expectRefused(
      world.orgId,
      { status: 403, detail: "Permission denied: notification:unsubscribe" },
      () => end(world.admin, world.learner.id),
    );
    const stranger = await newOrganization();
    expect(await end(stranger.admin, world.learner.id)).toMatchObject({
      status: 404,
      body: { detail: "Member not found" },
    });
  });

  test("is not offered where a kind cannot be switched off", async () => {
    const world = await newOrganization();
    const { course } = await publishedCourse(world, {
      course: { title: "Paid", price: { amount: 1250, currency: "KWD" } },
    });
    const { id, payment } = ok(
      await http("POST", "/lms/enrollments", { as: world.learner, body: { courseId: course.id } }),
    );
    const confirm = { enrollmentId: id, paymentId: payment.id };
    ok(await command("lms.enrollment.paymentConfirm", confirm, world.admin));
    await drain(world.orgId);
    const mail = (await mailsTo(world.learner.id)).find(({ subject }) =>
      subject.includes("Receipt"),
    );
    expect(mail?.subject).toMatch(/^Receipt: KWD\s1\.250 for Paid$/);
    expect([mail?.headers, mail?.text.includes("unsubscribe")]).toEqual(["{}", false]);
  });
});
