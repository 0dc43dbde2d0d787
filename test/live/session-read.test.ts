import { expect, test } from "vitest";
import { ask } from "../../src/kernel/ask.ts";
import { dispatch } from "../../src/kernel/mediator.ts";
import { lms } from "../../src/lms.ts";
import { scheduling } from "./session.ts";
import { done, newHost, newSession, read, run, world } from "./world.ts";

test("a cohort's sessions come in the order of their times, page by page", async () => {
  const here = await world();
  const { instructor } = here.actors;
  const days = ["2027-03-05", "2027-03-01", "2027-03-03", "2027-03-02", "2027-03-04"];
  for (const day of days) {
    const scheduledAt = `${day}T10:00:00.000Z`;
    await done(run("lms.session.create", { ...scheduling(here), scheduledAt }, instructor));
  }
  type Page = { data: { scheduledAt: string }[]; nextCursor: string | null };
  const seen: string[] = [];
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const params = { cohortId: here.cohortId, limit: 2, ...(cursor ? { cursor } : {}) };
    const page: Page = await done<Page>(read("lms.cohorts.sessions", params, instructor));
    seen.push(...page.data.map(({ scheduledAt }) => scheduledAt.slice(0, 10)));
    cursor = page.nextCursor;
  }
  expect(seen).toEqual(days.toSorted());
});

test("a command costs two trips and a query one", async () => {
  const here = await world();
  const sessionId = await newSession(here);
  const { instructor } = here.actors;
  const trips = async (type: string, payload: object) => {
    const { host, meter } = newHost();
    const request = { type, payload, actor: instructor, correlationId: "test" };
    await dispatch(host, lms, request);
    return meter.trips;
  };
  expect(await trips("lms.session.create", scheduling(here))).toBe(2);
  expect(await trips("lms.session.ticket", { sessionId })).toBe(2);
  expect(await trips("lms.session.start", { sessionId })).toBe(2);
  expect(await trips("lms.cohort.update", { cohortId: here.cohortId, capacity: 29 })).toBe(2);
  for (const [type, params] of [
    ["lms.sessions.get", { id: sessionId }],
    ["lms.cohorts.get", { id: here.cohortId }],
    ["lms.cohorts.sessions", { cohortId: here.cohortId }],
    ["lms.instructor.cohorts", {}],
  ] as const) {
    const { host, meter } = newHost();
    await ask(host, lms, { type, params, actor: instructor });
    expect(meter.trips, type).toBe(1);
  }
});
