import { afterEach, expect, test } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import { newId } from "../../src/kernel/id.ts";
import { MINUTE } from "../../src/kernel/time.ts";
import { lmsSessionAttendance } from "../../src/live/schema.ts";
import { advance, db, eventsOf } from "../harness/world.ts";
import { codeOf, done, newSession, run, world } from "./world.ts";

afterEach(() => {
  clock.now = () => Date.now();
});

test("a live session ends once; its event says how long it was and who was there", async () => {
  const here = await world();
  const sessionId = await newSession(here);
  const end = () => run("lms.session.end", { sessionId }, here.actors.instructor);
  expect(codeOf(await end())).toBe("INVALID_TRANSITION");
  await done(run("lms.session.start", { sessionId }, here.actors.instructor));
  for (const learnerId of ["ada", "bo"]) {
    await db.insert(lmsSessionAttendance).values({
      id: newId(),
      organizationId: here.orgId,
      createdAt: 1,
      updatedAt: 1,
      sessionId,
      learnerId,
      firstJoinedAt: 1,
      secondsPresent: 60,
      joins: 1,
    });
  }
  advance(47 * MINUTE);
  expect(codeOf(await end())).toBe("ok 200");
  expect(codeOf(await end())).toBe("INVALID_TRANSITION");
  expect((await eventsOf(sessionId)).at(-1)).toMatchObject({
    name: "session.ended",
    version: 3,
    payload: { durationMinutes: 47, attendeeCount: 2 },
  });
});
