import { expect, test } from "vitest";
import { eventsOf } from "../harness/world.ts";
import { codeOf, done, run, world } from "../live/world.ts";
import { opening, rowOf, type Shown } from "./cohort.ts";

test("a cancelled cohort names another of its course to move to; the reason stays in the row", async () => {
  const here = await world();
  const elsewhere = await world();
  const { instructor } = here.actors;
  const { cohortId } = here;
  const target = await done<Shown>(run("lms.cohort.create", opening(here), instructor));
  const cancel = (moveTo: string) =>
    run("lms.cohort.cancel", { cohortId, reason: "The teacher is ill", moveTo }, instructor);
  expect(codeOf(await cancel(cohortId))).toBe("RULE_FAILED");
  expect(codeOf(await cancel(elsewhere.cohortId))).toBe("NOT_FOUND");
  expect(codeOf(await cancel(target.id))).toBe("ok 200");
  expect(await rowOf(cohortId)).toMatchObject({
    status: "cancelled",
    cancelReason: "The teacher is ill",
    moveTo: target.id,
  });
  const [cancelled] = await eventsOf(cohortId);
  expect(cancelled).toMatchObject({ name: "cohort.cancelled" });
  expect(JSON.stringify(cancelled)).not.toContain("ill");
});
