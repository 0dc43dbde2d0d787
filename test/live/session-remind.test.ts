import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import { newId } from "../../src/kernel/id.ts";
import { type Actor, systemActor } from "../../src/kernel/permission.ts";
import { HOUR, iso } from "../../src/kernel/time.ts";
import { lmsLiveSessions } from "../../src/live/schema.ts";
import { db, eventsOf, rows } from "../harness/world.ts";
import { rowOf } from "./session.ts";
import { done, newSession, run, type World, world } from "./world.ts";

async function planned() {
  const here = await world();
  const sessionId = await newSession(here);
  const row = await rowOf(sessionId);
  return { ...here, sessionId, dueAt: iso(row?.scheduledAt ?? 0) };
}
const remind = (
  { orgId, sessionId, dueAt }: World & { sessionId: string; dueAt: string },
  { as = systemActor(orgId), minutesBefore = 30 }: { as?: Actor; minutesBefore?: number } = {},
) => run("lms.session.remind", { sessionId, minutesBefore, dueAt }, as);

const remindersOf = async (sessionId: string) =>
  (await eventsOf(sessionId)).filter(({ name }) => name === "session.reminder-trigger");

test("a reminder is an event without a number, and its key stands in the ledger for ever", async () => {
  const here = await planned();
  expect(await done(remind(here))).toMatchObject({ reminded: true, minutesBefore: 30 });
  expect(await remindersOf(here.sessionId)).toEqual([
    {
      name: "session.reminder-trigger",
      version: null,
      aggregateType: "session",
      payload: {
        sessionId: here.sessionId,
        cohortId: here.cohortId,
        courseId: here.courseId,
        instructorId: here.actors.instructor.id,
        title: "Opening",
        scheduledAt: here.dueAt,
        minutesBefore: 30,
      },
    },
  ]);
  const keys = await rows("SELECT * FROM lms_sends WHERE subject = ?1", here.sessionId);
  expect(keys).toMatchObject([
    {
      organization_id: here.orgId,
      kind: "session.reminder",
      recipient_id: "",
      threshold: 30,
      due_at: Date.parse(here.dueAt),
      channel: "trigger",
    },
  ]);
});

test("of many who ask for one reminder at once, one gives it", async () => {
  const here = await planned();
  const answers = await Promise.all([1, 2, 3, 4, 5].map(() => remind(here)));
  const given = answers.filter((one) => one.ok && (one.answer as { reminded: boolean }).reminded);
  expect(given).toHaveLength(1);
  expect(await remindersOf(here.sessionId)).toHaveLength(1);
});

test("a moved session is reminded anew for its new time, and never for the old one", async () => {
  const here = await planned();
  await done(remind(here));
  const scheduledAt = clock.now() + 5 * HOUR;
  await db
    .update(lmsLiveSessions)
    .set({ scheduledAt })
    .where(eq(lmsLiveSessions.id, here.sessionId));
  expect(await done(remind({ ...here }, { minutesBefore: 20 }))).toMatchObject({ reminded: false });
  expect(await done(remind({ ...here, dueAt: iso(scheduledAt) }))).toMatchObject({
    reminded: true,
  });
  expect(await remindersOf(here.sessionId)).toHaveLength(2);
});

test("nobody is reminded of what is live, over or cancelled", async () => {
  const here = await planned();
  for (const status of ["live", "ended", "cancelled", "recorded"] as const) {
    await db.update(lmsLiveSessions).set({ status }).where(eq(lmsLiveSessions.id, here.sessionId));
    expect(await done(remind(here))).toMatchObject({ reminded: false });
  }
  expect(await remindersOf(here.sessionId)).toEqual([]);
});

test("it is the system's alone, and a session of another organization is not found", async () => {
  const here = await planned();
  for (const as of [here.actors.admin, here.actors.instructor, here.actors.learner]) {
    expect(await remind(here, { as })).toMatchObject({
      ok: false,
      refusal: { refused: "PERMISSION_DENIED" },
    });
  }
  const elsewhere = await remind(here, { as: systemActor(newId()) });
  expect(elsewhere).toMatchObject({ ok: false, refusal: { refused: "NOT_FOUND" } });
});
