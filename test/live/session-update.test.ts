import { expect, test } from "vitest";
import { eventsOf } from "../harness/world.ts";
import { codeOf, done, newSession, run, world } from "./world.ts";

test("a session is moved while it is to come; a live one may last longer, not begin anew", async () => {
  const here = await world();
  const sessionId = await newSession(here);
  const { instructor } = here.actors;
  const update = (rest: object) => run("lms.session.update", { sessionId, ...rest }, instructor);
  const scheduledAt = "2027-02-01T10:00:00.000Z";
  await done(update({ scheduledAt }));
  await done(update({ scheduledAt }));
  expect(await eventsOf(sessionId)).toMatchObject([
    { name: "session.updated", payload: { scheduledAt, updatedFields: ["scheduledAt"] } },
  ]);
  await done(run("lms.session.start", { sessionId }, instructor));
  expect(codeOf(await update({ scheduledAt: "2027-02-02T10:00:00.000Z" }))).toBe(
    "INVALID_TRANSITION",
  );
  expect(codeOf(await update({ durationMinutes: 120 }))).toBe("ok 200");
});
