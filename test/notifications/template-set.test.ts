import { describe, expect, test } from "vitest";
import { KINDS } from "../../src/notifications/kinds.ts";
import { LANGUAGES } from "../../src/notifications/words.ts";
import { expectRefused } from "../harness/refusals.ts";
import { command, drain, http, newOrganization, ok, type Person } from "../harness/world.ts";
import { inCohort, mailsTo } from "./notices.ts";

const pathOf = (kind: string, language = "en") =>
  `/lms/admin/notification-templates/${kind}/${language}`;
const set = (as: Person, kind: string, body: unknown) => http("PUT", pathOf(kind), { as, body });
const words = { subject: "{{courseTitle}} moves", text: "Dear {{name}}\n\nNew time: {{startsAt}}" };

describe("an organization's own words", () => {
  test("are mailed and shown instead of ours, until they are taken back", async () => {
    const world = await newOrganization();
    const { session } = await inCohort(world);
    const move = async (scheduledAt: string) => {
      const payload = { sessionId: session.id, scheduledAt };
      ok(await command("lms.session.update", payload, world.instructor));
      await drain(world.orgId);
      return (await mailsTo(world.learner.id)).at(-1);
    };
    const html =
      '<p onclick="x()">New: <a href="{{link}}">{{sessionTitle}}</a></p><script>y</script>';
    const shown = ok(await set(world.orgAdmin, "session.rescheduled", { ...words, html }));
    expect(shown).toMatchObject({ isOwn: true, subject: words.subject });
    expect(shown.html).toBe('<p>New: <a href="{{link}}">{{sessionTitle}}</a></p>');
    expect(shown.preview.text).toContain("Dear [name]\n\nNew time: [startsAt]");
    const mail = await move("2099-03-01T10:00:00Z");
    expect(mail?.subject).toBe("Chemistry moves");
    expect(mail?.text).toMatch(/^Dear learner\n\nNew time: March 1, 2099, 10:00 AM UTC\n\n--\n/);
    expect(mail?.html).toMatch(/<p>New: <a href="https?:[^"]+">Acids<\/a><\/p>/);
    const { data } = ok(await http("GET", "/lms/notifications", { as: world.learner }));
    expect(data[0].title).toBe("Chemistry moves");
    ok(await http("DELETE", pathOf("session.rescheduled"), { as: world.admin }));
    expect((await move("2099-03-02T10:00:00Z"))?.subject).toMatch(/^Acids was moved to March 2/);
  });

  test("are listed with ours and with what they may name, by org-admin and lms-admin alone", async () => {
    const world = await newOrganization();
    ok(await set(world.admin, "session.rescheduled", words));
    ok(await set(world.orgAdmin, "session.rescheduled", { ...words, subject: "Again" }));
    const path = "/lms/admin/notification-templates";
    const { data } = ok(await http("GET", path, { as: world.orgAdmin }));
    expect(data).toHaveLength(Object.keys(KINDS).length * LANGUAGES.length);
    const own = data.filter(({ isOwn }: { isOwn: boolean }) => isOwn);
    expect(own).toHaveLength(1);
    expect(own[0]).toMatchObject({ kind: "session.rescheduled", language: "en", subject: "Again" });
    expect(own[0].placeholders).toContain("hostStartsAt");
    const refusal = { status: 403, detail: "Permission denied: notification-template:manage" };
    for (const as of [world.learner, world.instructor, world.reviewer]) {
      await expectRefused(world.orgId, refusal, () => http("GET", path, { as }));
      await expectRefused(world.orgId, refusal, () => set(as, "session.rescheduled", words));
      await expectRefused(world.orgId, refusal, () =>
        http("DELETE", pathOf("session.rescheduled"), { as }),
      );
    }
  });

  test.each([
    [{ ...words, text: "{{feedback}}" }, "text", "There is no {{feedback}} here"],
    [{ ...words, subject: "{{#name}}a" }, "subject", "{{#name}} is not closed"],
    [{ ...words, html: '<a href="{{name}}">a</a>' }, "html", "stands inside of a tag"],
  ])("that cannot be filled in are refused: %j", async (body, path, message) => {
    const world = await newOrganization();
    const refused = await set(world.admin, "session.rescheduled", body);
    expect(refused).toMatchObject({ status: 400, body: { code: "VALIDATION_FAILED" } });
    expect(refused.body.errors).toEqual([{ path, message: expect.stringContaining(message) }]);
  });

  test("of another organization are neither used nor taken back", async () => {
    const world = await newOrganization();
    const stranger = await newOrganization();
    ok(await set(world.admin, "session.rescheduled", words));
    const reset = (as: Person) => http("DELETE", pathOf("session.rescheduled"), { as });
    ok(await reset(stranger.admin));
    const theirs = ok(await http("GET", pathOf("session.rescheduled"), { as: stranger.admin }));
    expect(theirs.isOwn).toBe(false);
    const { isOwn } = ok(await http("GET", pathOf("session.rescheduled"), { as: world.admin }));
    expect(isOwn).toBe(true);
  });
});
