import ICAL from "ical.js";
import { expect, test } from "vitest";
import { command, http, newOrganization, ok, type Person, rows } from "../harness/world.ts";
import { subjectOf } from "../inventory/subjects.ts";

async function classroom() {
  const world = await newOrganization();
  const subject = await subjectOf(world, world);
  return { ...world, ...subject };
}

const linkOf = async (as: Person): Promise<string> =>
  String(ok(await http("POST", "/lms/me/calendar", { as })).path);

const feed = (path: string, headers: Record<string, string> = {}) => http("GET", path, { headers });

const sessionsIn = (text: string) =>
  new ICAL.Component(ICAL.parse(text))
    .getAllSubcomponents("vevent")
    .map((one) => new ICAL.Event(one));

test("a learner's link shows its sessions to whoever holds it, in one round trip", async () => {
  const { learner, sessionId } = await classroom();
  const answer = await feed(await linkOf(learner));
  expect([answer.status, answer.trips]).toEqual([200, 1]);
  expect(answer.headers.get("content-type")).toBe("text/calendar; charset=utf-8");
  expect(answer.headers.get("cache-control")).toBe("private, no-cache");
  const [event, ...more] = sessionsIn(answer.body.text);
  expect(more).toEqual([]);
  expect(event?.uid).toMatch(new RegExp(`^${sessionId}@`));
  expect(event?.component.getFirstPropertyValue("url")).toMatch(new RegExp(`/live/${sessionId}$`));
});

test("what has not changed is 304; a moved and a cancelled session are shown anew", async () => {
  const { learner, instructor, sessionId } = await classroom();
  const path = await linkOf(learner);
  const first = await feed(path);
  const known = { "if-none-match": String(first.headers.get("etag")) };
  expect((await feed(path, known)).status).toBe(304);
  const scheduledAt = "2099-01-03T10:00:00Z";
  ok(await command("lms.session.update", { sessionId, scheduledAt }, instructor));
  const moved = await feed(path, known);
  expect(moved.status).toBe(200);
  expect(sessionsIn(moved.body.text)[0]?.startDate.toJSDate().toISOString()).toBe(
    "2099-01-03T10:00:00.000Z",
  );
  ok(await command("lms.session.cancel", { sessionId }, instructor));
  const cancelled = await feed(path);
  expect(cancelled.body.text).toContain("STATUS:CANCELLED");
  const [before, after] = [first, cancelled].map((one) => sessionsIn(one.body.text)[0]);
  expect(after?.sequence).toBeGreaterThan(Number(before?.sequence));
});

test("the cohort's instructor has its sessions too, and another learner of the school none of them", async () => {
  const { instructor, newPerson } = await classroom();
  expect(sessionsIn((await feed(await linkOf(instructor))).body.text)).toHaveLength(1);
  const stranger = await newPerson("learner");
  const empty = await feed(await linkOf(stranger));
  expect([empty.status, sessionsIn(empty.body.text)]).toEqual([200, []]);
});

test("a feed can be narrowed to a cohort, and never widened by naming a foreign one", async () => {
  const { learner, cohortId } = await classroom();
  const foreign = await classroom();
  const path = await linkOf(learner);
  const count = async (id: string) =>
    sessionsIn((await feed(`${path}?cohortId=${id}`)).body.text).length;
  expect([await count(cohortId), await count(foreign.cohortId)]).toEqual([1, 0]);
});

test("who leaves the cohort gets nothing more of it", async () => {
  const { learner, enrollmentId } = await classroom();
  const path = await linkOf(learner);
  ok(await command("lms.enrollment.cancel", { enrollmentId }, learner));
  expect(sessionsIn((await feed(path)).body.text)).toEqual([]);
});

test("a renewed, a revoked and an invented link are the same 404, as is one of a suspended member", async () => {
  const { learner, admin } = await classroom();
  const first = await linkOf(learner);
  const second = await linkOf(learner);
  const gone = async (path: string) => {
    const { status, body } = await feed(path);
    return [status, body.code, body.detail];
  };
  const invented = await gone(`/lms/calendar/${"a".repeat(43)}.ics`);
  expect(invented.slice(0, 2)).toEqual([404, "NOT_FOUND"]);
  expect(await gone(first)).toEqual(invented);
  expect((await feed(second)).status).toBe(200);
  ok(await command("lms.member.suspend", { learnerId: learner.id, reason: "Trial" }, admin));
  expect(await gone(second)).toEqual(invented);
  ok(await command("lms.member.unsuspend", { learnerId: learner.id }, admin));
  expect((await feed(second)).status).toBe(200);
  ok(await http("DELETE", "/lms/me/calendar", { as: learner }));
  expect(await gone(second)).toEqual(invented);
  expect(ok(await http("GET", "/lms/me/calendar", { as: learner }))).toEqual({ createdAt: null });
});

test("the secret is kept as a hash alone, and a repeat under its key shows none", async () => {
  const { learner } = await classroom();
  const headers = { "idempotency-key": "calendar" };
  const { path } = ok(await http("POST", "/lms/me/calendar", { as: learner, headers }));
  const again = ok(await http("POST", "/lms/me/calendar", { as: learner, headers }));
  expect(again.path).toBeNull();
  const kept = await rows("SELECT * FROM lms_calendar_links WHERE member_id = ?", learner.id);
  expect(kept).toHaveLength(1);
  const secret = String(path).slice("/lms/calendar/".length, -".ics".length);
  expect(JSON.stringify(kept)).not.toContain(secret);
});
