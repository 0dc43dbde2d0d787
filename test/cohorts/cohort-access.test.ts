import { expect, test } from "vitest";
import { newId } from "../../src/kernel/id.ts";
import { codeOf, read, run, world } from "../live/world.ts";
import { onCohort, opening, rowOf } from "./cohort.ts";

test("only the course's own instructor and lms-admin open, change, run and cancel its cohorts", async () => {
  const here = await world();
  const { admin, other, learner, reviewer, public: nobody } = here.actors;
  for (const actor of [other, learner, reviewer]) {
    expect(codeOf(await run("lms.cohort.create", opening(here), actor))).toBe("PERMISSION_DENIED");
    for (const [type, rest] of onCohort) {
      const payload = { cohortId: here.cohortId, ...rest };
      expect(codeOf(await run(type, payload, actor)), type).toBe("PERMISSION_DENIED");
    }
  }
  expect(codeOf(await run("lms.cohort.create", opening(here), nobody))).toBe("UNAUTHENTICATED");
  expect(codeOf(await run("lms.cohort.create", opening(here), admin))).toBe("ok 201");
  expect((await rowOf(here.cohortId))?.version).toBe(1);
});

test("a foreign organization's cohort is not found, with the very answer of a missing one", async () => {
  const [here, elsewhere] = [await world(), await world()];
  const { admin } = elsewhere.actors;
  for (const [type, rest] of onCohort) {
    const foreign = await run(type, { cohortId: here.cohortId, ...rest }, admin);
    const missing = await run(type, { cohortId: newId(), ...rest }, admin);
    expect(codeOf(foreign), type).toBe("NOT_FOUND");
    expect(foreign).toEqual(missing);
  }
  const create = await run("lms.cohort.create", opening(here), admin);
  expect(codeOf(create)).toBe("NOT_FOUND");
  const foreign = await read("lms.cohorts.get", { id: here.cohortId }, admin);
  expect(codeOf(foreign)).toBe("NOT_FOUND");
  expect(foreign).toEqual(await read("lms.cohorts.get", { id: newId() }, admin));
});
