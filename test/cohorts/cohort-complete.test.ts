import { expect, test } from "vitest";
import { eventsOf } from "../harness/world.ts";
import { codeOf, done, enroll, run, world } from "../live/world.ts";
import { rowOf } from "./cohort.ts";

test("a cohort that has run is completed once, and its event counts who finished", async () => {
  const here = await world();
  const { cohortId } = here;
  const complete = () => run("lms.cohort.complete", { cohortId }, here.actors.instructor);
  await enroll(here, { learnerId: "ada" });
  await enroll(here, { learnerId: "bo", status: "completed" });
  expect(codeOf(await complete())).toBe("INVALID_TRANSITION");
  await done(run("lms.cohort.activate", { cohortId }, here.actors.instructor));
  expect(codeOf(await complete())).toBe("ok 200");
  expect(codeOf(await complete())).toBe("INVALID_TRANSITION");
  expect(await rowOf(cohortId)).toMatchObject({
    status: "completed",
    completedAt: expect.any(Number),
  });
  const last = (await eventsOf(cohortId)).at(-1);
  expect(last).toMatchObject({
    name: "cohort.completed",
    version: 3,
    payload: { totalEnrolled: 2, totalCompleted: 1 },
  });
});
