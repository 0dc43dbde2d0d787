import { expect, test } from "vitest";
import { eventsOf } from "../harness/world.ts";
import { codeOf, done, enroll, run, world } from "../live/world.ts";
import { onCohort } from "./cohort.ts";

test("a cohort runs scheduled, active, completed, and its events count its learners", async () => {
  const here = await world();
  const { instructor } = here.actors;
  const { cohortId } = here;
  await enroll(here, { learnerId: "ada" });
  await enroll(here, { learnerId: "bo", status: "completed" });
  await enroll(here, { learnerId: "cy", status: "cancelled" });
  expect(codeOf(await run("lms.cohort.complete", { cohortId }, instructor))).toBe(
    "INVALID_TRANSITION",
  );
  await done(run("lms.cohort.activate", { cohortId }, instructor));
  expect(codeOf(await run("lms.cohort.activate", { cohortId }, instructor))).toBe(
    "INVALID_TRANSITION",
  );
  await done(run("lms.cohort.complete", { cohortId }, instructor));
  for (const [type, rest] of onCohort) {
    expect(codeOf(await run(type, { cohortId, ...rest }, instructor)), type).toBe(
      "INVALID_TRANSITION",
    );
  }
  expect(await eventsOf(cohortId)).toMatchObject([
    { name: "cohort.activated", version: 2, payload: { enrolledCount: 2 } },
    { name: "cohort.completed", version: 3, payload: { totalEnrolled: 2, totalCompleted: 1 } },
  ]);
});

test("forty activations at once: one succeeds, and one event is recorded", async () => {
  const here = await world();
  const outcomes = await Promise.all(
    Array.from({ length: 40 }, () =>
      run("lms.cohort.activate", { cohortId: here.cohortId }, here.actors.instructor),
    ),
  );
  const codes = outcomes.map(codeOf);
  expect(codes.filter((one) => one === "ok 200")).toHaveLength(1);
  expect(codes.filter((one) => one === "INVALID_TRANSITION")).toHaveLength(39);
  expect(await eventsOf(here.cohortId)).toHaveLength(1);
});
