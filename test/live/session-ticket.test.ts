import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { newId } from "../../src/kernel/id.ts";
import { lmsTickets } from "../../src/live/schema.ts";
import { db, eventsOf } from "../harness/world.ts";
import { rowOf } from "./session.ts";
import { codeOf, done, newSession, run, world } from "./world.ts";

test("a ticket is kept as a hash, shown once, and a repeat under its key shows none", async () => {
  const here = await world();
  const sessionId = await newSession(here);
  const { instructor } = here.actors;
  const key = newId();
  const first = await run("lms.session.ticket", { sessionId }, instructor, { key });
  const { ticket, url } = await done<{ ticket: string; url: string }>(Promise.resolve(first));
  expect(url).toBe(`/lms/sessions/${sessionId}/ws?ticket=${ticket}`);
  const again = await run("lms.session.ticket", { sessionId }, instructor, { key });
  expect(again).toMatchObject({ ok: true, replayed: true, answer: { ticket: null, url: null } });
  const tickets = await db.select().from(lmsTickets).where(eq(lmsTickets.sessionId, sessionId));
  expect(tickets).toHaveLength(1);
  expect(JSON.stringify(tickets)).not.toContain(ticket);
  expect(await eventsOf(sessionId)).toEqual([]);
});

test("there are no tickets to what is over", async () => {
  const here = await world();
  const sessionId = await newSession(here);
  const { instructor } = here.actors;
  await done(run("lms.session.cancel", { sessionId, reason: "Ill" }, instructor));
  expect(await rowOf(sessionId)).toMatchObject({ status: "cancelled", cancelReason: "Ill" });
  expect(JSON.stringify(await eventsOf(sessionId))).not.toContain("Ill");
  expect(codeOf(await run("lms.session.ticket", { sessionId }, instructor))).toBe(
    "INVALID_TRANSITION",
  );
});
