import { expect, test } from "vitest";
import { bestSubmissionsOf } from "../../src/assessment/statements.ts";
import { db, ok } from "../harness/world.ts";
import { assign, assigned } from "./assignment.ts";

test("what counts of each assignment of a course is its best graded score, and whether that passes", async () => {
  const here = await assigned();
  const { world, enrollmentId, moduleId, assignmentId, submit, grade, giveBack } = here;
  const untouched = await assign(world, moduleId, { title: "Untouched" });
  const other = await here.peer();
  const theirs = ok(await submit({ content: "Theirs" }, other));
  ok(await grade(theirs.id, { score: 99 }));
  const best = async () => await bestSubmissionsOf(db, world.orgId, enrollmentId);
  const scale = { moduleId, maxScore: 100, passingScore: 60 };
  const open = { ...scale, assignmentId: untouched.id, title: "Untouched", bestScore: null };
  const mine = { ...scale, assignmentId, title: "Essay" };
  const first = ok(await submit());
  expect(await best()).toEqual([
    { ...mine, bestScore: null, passed: false },
    { ...open, passed: false },
  ]);
  ok(await grade(first.id, { score: 61.5 }));
  ok(await giveBack(first.id));
  ok(await grade(ok(await submit()).id, { score: 20 }));
  expect(await best()).toEqual([
    { ...mine, bestScore: 61.5, passed: true },
    { ...open, passed: false },
  ]);
});
