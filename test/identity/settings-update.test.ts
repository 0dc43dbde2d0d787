import { describe, expect, test } from "vitest";
import { settingsOf } from "../../src/kernel/settings.ts";
import { expectRefused } from "../harness/refusals.ts";
import {
  command,
  drain,
  eventsOf,
  http,
  type Json,
  newOrganization,
  ok,
  type Person,
  race,
  rows,
  statuses,
} from "../harness/world.ts";

const change = (as: Person, body: Json, headers: Record<string, string> = {}) =>
  http("PATCH", "/lms/admin/settings", { as, body, headers });
const read = (as: Person) => http("GET", "/lms/admin/settings", { as });

describe("an organization's settings", () => {
  test("are the built-in values at version 0 before anybody has changed them", async () => {
    const world = await newOrganization();
    const answer = await read(world.orgAdmin);
    expect(answer.headers.get("etag")).toBe('"v0"');
    expect(answer.body).toMatchObject({ ...settingsOf(), version: 0, updatedAt: null });
    const { features, defaults } = answer.body.levels;
    expect(new Set([...Object.values(features), ...Object.values(defaults)])).toEqual(
      new Set(["built-in"]),
    );
  });

  test("change in part, say where each value was set, and give one up by null", async () => {
    const world = await newOrganization();
    const first = ok(
      await change(world.orgAdmin, {
        features: { enablePeerReview: true },
        defaults: { seatHoldHours: 5, timeZone: "Asia/Kolkata" },
      }),
    );
    expect(first).toMatchObject({
      features: { enablePeerReview: true, enableQuizzes: true },
      defaults: { seatHoldHours: 5, timeZone: "Asia/Kolkata", refundWindowDays: 14 },
      levels: {
        features: { enablePeerReview: "organization", enableQuizzes: "built-in" },
        defaults: { seatHoldHours: "organization", refundWindowDays: "built-in" },
      },
      version: 1,
    });
    const second = ok(await change(world.admin, { defaults: { seatHoldHours: null } }));
    expect(second).toMatchObject({
      features: { enablePeerReview: true },
      defaults: { seatHoldHours: 72, timeZone: "Asia/Kolkata" },
      levels: { defaults: { seatHoldHours: "built-in", timeZone: "organization" } },
      version: 2,
    });
    expect(ok(await read(world.admin))).toEqual(second);
    const told = (await eventsOf(world.orgId)).filter((one) => one.name === "settings.updated");
    expect(told.map(({ version, payload }) => [version, payload])).toEqual([
      [
        1,
        {
          updatedFields: [
            "features.enablePeerReview",
            "defaults.seatHoldHours",
            "defaults.timeZone",
          ],
        },
      ],
      [2, { updatedFields: ["defaults.seatHoldHours"] }],
    ]);
  });

  test("that are what they were already are no change and no event", async () => {
    const world = await newOrganization();
    ok(await change(world.admin, { defaults: { seatHoldHours: 5 } }));
    const before = (await eventsOf(world.orgId)).length;
    expect(ok(await change(world.admin, { defaults: { seatHoldHours: 5 } })).version).toBe(1);
    expect(await eventsOf(world.orgId)).toHaveLength(before);
  });

  test("hold from the next command on", async () => {
    const world = await newOrganization();
    ok(await change(world.admin, { defaults: { completionThreshold: 55 } }));
    const course = { title: "C", type: "self-paced", level: "beginner" };
    const made = ok(await command("lms.course.create", course, world.instructor));
    expect(made.completionThreshold).toBe(55);
  });

  test("take no field they do not know, no zone there is not and no threshold twice", async () => {
    const world = await newOrganization();
    const answer = await change(world.admin, {
      features: { enableEverything: true },
      defaults: { timeZone: "Mars/Base", sessionReminderMinutes: [30, 30], refundWindowDays: -1 },
    });
    expect(answer).toMatchObject({ status: 400, body: { code: "VALIDATION_FAILED" } });
    expect(answer.body.errors.map((one: Json) => one.path).toSorted()).toEqual([
      "defaults.refundWindowDays",
      "defaults.sessionReminderMinutes",
      "defaults.timeZone",
      "features.enableEverything",
    ]);
  });

  test("are the admins' alone", async () => {
    const world = await newOrganization();
    for (const as of [world.instructor, world.reviewer, world.learner]) {
      await expectRefused(
        world.orgId,
        { status: 403, detail: "Permission denied: settings:update" },
        () => change(as, { defaults: { seatHoldHours: 1 } }),
      );
      expect(await read(as)).toMatchObject({ status: 403 });
    }
  });

  test("are refused a change of what is no longer the newest", async () => {
    const world = await newOrganization();
    ok(await change(world.admin, { defaults: { seatHoldHours: 5 } }, { "if-match": '"v0"' }));
    await expectRefused(world.orgId, { status: 412, code: "STALE_VERSION" }, () =>
      change(world.admin, { defaults: { seatHoldHours: 6 } }, { "if-match": '"v0"' }),
    );
  });

  test("of one organization are nobody else's", async () => {
    const [one, other] = [await newOrganization(), await newOrganization()];
    ok(await change(one.admin, { defaults: { seatHoldHours: 5 } }));
    expect(ok(await read(other.admin)).defaults.seatHoldHours).toBe(72);
  });

  test("changed by several at once for the first time keep what each has said", async () => {
    const world = await newOrganization();
    const fields = ["seatHoldHours", "refundWindowDays", "inactivityNudgeDays"];
    const answers = await race(3, (at) =>
      change(world.admin, { defaults: { [String(fields[at])]: 3 } }),
    );
    expect(statuses(answers)).toEqual({ 200: 3 });
    const { defaults, version } = ok(await read(world.admin));
    expect([version, ...fields.map((name) => defaults[name])]).toEqual([3, 3, 3, 3]);
  });

  test("with other thresholds have every session still ahead told, and none that is over", async () => {
    const world = await newOrganization();
    const session = (id: string, status: string, at: number) =>
      rows(
        `INSERT INTO lms_live_sessions (id, organization_id, created_at, updated_at, version, cohort_id,
           course_id, instructor_id, title, scheduled_at, duration_minutes, provider, status)
         VALUES (?, ?, 0, 0, 1, 'cohort', 'course', 'i', 'T', ?, 60, 'built-in', ?)`,
        id,
        world.orgId,
        at,
        status,
      );
    const later = Date.now() + 86_400_000;
    const ahead = Array.from({ length: 30 }, (_, at) => `${world.orgId}-${at}`);
    for (const id of ahead) await session(id, "scheduled", later);
    await session(`${world.orgId}-past`, "scheduled", 1);
    await session(`${world.orgId}-over`, "ended", later);
    ok(await change(world.admin, { defaults: { seatHoldHours: 5 } }));
    await drain(world.orgId);
    const told = () =>
      rows<{ subject: string }>(
        "SELECT subject FROM lms_tasks WHERE organization_id = ? AND kind = 'live.tell-session'",
        world.orgId,
      );
    expect(await told()).toEqual([]);
    ok(await change(world.admin, { defaults: { sessionReminderMinutes: [60] } }));
    await drain(world.orgId);
    expect((await told()).map((one) => one.subject).toSorted()).toEqual(ahead.toSorted());
  });
});
