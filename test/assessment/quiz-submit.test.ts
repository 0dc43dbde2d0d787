import { describe, expect, test, vi } from "vitest";
import { assertLogAgrees } from "../harness/log.ts";
import { expectRefused, said } from "../harness/refusals.ts";
import {
  advance,
  command,
  drain,
  eventsOf,
  http,
  type Json,
  ok,
  race,
  rows,
  statuses,
} from "../harness/world.ts";
import { FIVE, type Taking, taking } from "./quiz.ts";

vi.setConfig({ testTimeout: 30_000 });

const named = async (id: string, name: string) =>
  (await eventsOf(id)).filter((one) => one.name === name);
const progressOf = async ({ enrollmentId, moduleId }: Taking, at = 0): Promise<Json> => {
  const [row] = await rows(
    "SELECT * FROM lms_module_progress WHERE enrollment_id = ? AND module_id = ?",
    enrollmentId,
    moduleId(at),
  );
  return row ?? {};
};
/** One attempt with these prompts right, handed in. */
async function attempted(way: Taking, prompts: readonly string[], body: Json = {}): Promise<Json> {
  const attempt = ok(await way.start(body));
  await way.answerRight(attempt, prompts);
  return ok(await way.submit(attempt.id));
}

describe("handing in", () => {
  test("grades by kind, with partial credit, and tells the log figures alone", async () => {
    const way = await taking({ passingScore: 60 });
    const attempt = ok(await way.start());
    const [one, two, three, four, five] = attempt.questions;
    const { id } = attempt;
    ok(await way.answer(id, one.id, "b"));
    ok(await way.answer(id, two.id, ["a"]));
    ok(await way.answer(id, three.id, false));
    ok(await way.answer(id, four.id, "orleans"));
    ok(await way.answer(id, five.id, 9.82));
    const graded = ok(await way.submit(id));
    expect(graded).toMatchObject({
      status: "graded",
      score: 3.5,
      maxScore: 5,
      percent: 70,
      passed: true,
    });
    expect(graded.questions.map((each: Json) => each.awarded)).toEqual([1, 0.5, 0, 1, 1]);
    const [told] = await named(way.enrollmentId, "quiz.submitted");
    expect(told?.payload).toEqual({
      attemptId: id,
      enrollmentId: way.enrollmentId,
      learnerId: way.world.learner.id,
      courseId: way.courseId,
      moduleId: way.moduleId(0),
      attemptNumber: 1,
      score: 3.5,
      maxScore: 5,
      percent: 70,
      passed: true,
      submittedAt: graded.submittedAt,
    });
    await assertLogAgrees(way.world.orgId);
  });

  test("20 times at once is once: one 200, 19 × 409, one event", async () => {
    const way = await taking();
    const attempt = ok(await way.start());
    const answers = await race(20, () => way.submit(attempt.id));
    expect(statuses(answers)).toEqual({ 200: 1, 409: 19 });
    expect(await named(way.enrollmentId, "quiz.submitted")).toHaveLength(1);
    await expectRefused(
      way.world.orgId,
      { status: 409, code: "INVALID_TRANSITION", state: "graded" },
      () => way.submit(attempt.id),
    );
    await assertLogAgrees(way.world.orgId);
  });

  test("while answers are being saved loses none that was acknowledged", async () => {
    for (let round = 0; round < 5; round++) {
      const way = await taking();
      const attempt = ok(await way.start());
      const saves = attempt.questions.map(
        (one: Json) => () => way.answer(attempt.id, one.id, null),
      );
      const [first] = attempt.questions;
      const all = await Promise.all([
        way.answer(attempt.id, first.id, "b"),
        ...saves.slice(1).map((save: () => Promise<unknown>) => save()),
        way.submit(attempt.id),
      ]);
      const [saved, graded] = [all[0], all.at(-1)];
      const read = ok(await way.read(attempt.id));
      if (read.status === "graded") {
        expect(read.score).toBe(saved.status === 200 ? 1 : 0);
      } else {
        expect(graded.body.code).toBe("CONFLICT");
      }
    }
  });

  test("is the taker's alone; the instructor reads", async () => {
    const way = await taking();
    const attempt = ok(await way.start());
    const { world } = way;
    const other = await world.newPerson("learner");
    for (const as of [world.admin, world.instructor, other]) {
      expect((await way.submit(attempt.id, as)).status).toBe(403);
    }
    const read = async (as: typeof other) => (await way.read(attempt.id, as)).status;
    expect(await read(world.instructor)).toBe(200);
    expect(await read(world.admin)).toBe(200);
    expect(await read(world.orgAdmin)).toBe(200);
    expect(await read(other)).toBe(403);
    expect(await read(await world.newPerson("instructor"))).toBe(403);
  });
});

describe("what is right", () => {
  const shows = (attempt: Json) => attempt.questions.every((one: Json) => "answer" in one);
  const hides = (attempt: Json) =>
    attempt.questions.every((one: Json) => !("answer" in one) && !("explanation" in one));

  test("is hidden from the learner while an attempt is left, though points a question are shown", async () => {
    const way = await taking({ maxAttempts: 2, passingScore: 100 });
    const first = await attempted(way, ["One"]);
    expect(hides(first)).toBe(true);
    const read = ok(await way.read(first.id));
    expect(hides(read)).toBe(true);
    expect(read.questions.map((one: Json) => one.awarded)).toEqual([1, 0, 0, 0, 0]);
    expect(hides(ok(await way.read(first.id, way.world.orgAdmin)))).toBe(true);
    for (const author of [way.world.instructor, way.world.admin]) {
      expect(shows(ok(await way.read(first.id, author)))).toBe(true);
    }
    const second = ok(await way.start());
    expect(hides(second)).toBe(true);
    expect(hides(ok(await way.read(first.id)))).toBe(true);
    expect(shows(ok(await way.submit(second.id)))).toBe(true);
    const after = ok(await way.read(first.id));
    expect(after.questions[0]).toMatchObject({ answer: "b", explanation: "Why b", given: "b" });
  });

  test("is shown once the quiz is passed, and not before its module is mastered", async () => {
    const way = await taking({ passingScore: 20 });
    expect(shows(await attempted(way, ["One"]))).toBe(true);
    const wanted = await taking({ passingScore: 20 }, { more: { masteryScore: 40 } });
    expect(hides(await attempted(wanted, ["One"]))).toBe(true);
    expect(shows(await attempted(wanted, ["One", "Three"]))).toBe(true);
  });

  test("goes back behind the curtain where the author gives one more attempt", async () => {
    const way = await taking({ maxAttempts: 1 });
    const attempt = await attempted(way, []);
    expect(shows(attempt)).toBe(true);
    const path = `/lms/instructor/modules/${way.moduleId(0)}`;
    const content = { passingScore: 50, maxAttempts: 2 };
    ok(await http("PATCH", path, { as: way.world.instructor, body: { content } }));
    expect(hides(ok(await way.read(attempt.id)))).toBe(true);
  });

  test("is nowhere in what a learner reads of the course", async () => {
    const way = await taking({ questions: [{ ...FIVE[3], answer: "Unmistakable-key" }] });
    ok(await way.start());
    for (const path of [
      `/lms/learn/${way.courseId}`,
      `/lms/learn/${way.courseId}/modules/${way.moduleId(0)}`,
      `/lms/courses/${way.courseId}/modules`,
      `/lms/enrollments/${way.enrollmentId}/why`,
    ]) {
      const answer = await http("GET", path, { as: way.world.learner });
      expect(JSON.stringify(ok(answer))).not.toContain("Unmistakable");
    }
  });
});

describe("a quiz that is passed", () => {
  test("completes its module, and what waits for that", async () => {
    const way = await taking({ passingScore: 60 }, { rest: [{ title: "Rest" }] });
    const { criteria } = await way.why();
    expect(criteria[0]).toMatchObject({
      met: false,
      blockingReason: "mastery_not_achieved",
      requiredActions: [
        { action: "pass-quiz", moduleId: way.moduleId(0), passingScore: 60, bestScore: null },
      ],
    });
    await attempted(way, ["One", "Two", "Three"]);
    await drain(way.world.orgId);
    expect(await progressOf(way)).toMatchObject({ status: "completed", best_score: 60 });
    expect((await way.enrollment()).completionPct).toBe(50);
    expect((await way.why()).criteria[0].met).toBe(true);
    const [done] = await named(way.enrollmentId, "module.completed");
    expect(done?.payload).toMatchObject({ quizScore: 60 });
    await assertLogAgrees(way.world.orgId);
  });

  test("and is not yet, leaves its best score, which no retry lowers", async () => {
    const way = await taking({ passingScore: 90 });
    await attempted(way, ["One", "Two", "Three"]);
    await attempted(way, ["One"]);
    await drain(way.world.orgId);
    expect(await progressOf(way)).toMatchObject({
      status: "in-progress",
      best_score: 60,
      quiz_score: 20,
      attempts: 2,
    });
    expect((await way.why()).criteria[0].requiredActions).toMatchObject([
      { action: "pass-quiz", passingScore: 90, bestScore: 60 },
    ]);
    await attempted(way, ["One", "Two", "Three", "Four", "Five"]);
    await drain(way.world.orgId);
    expect(await way.enrollment()).toMatchObject({ status: "completed", completionPct: 100 });
  });

  test("does not complete a module whose other criteria are open; its learner does, once they are met", async () => {
    const way = await taking({ passingScore: 20 }, { more: { minimumSeconds: 60 } });
    await attempted(way, ["One"]);
    await drain(way.world.orgId);
    expect((await progressOf(way)).status).toBe("in-progress");
    const [receipt] = await rows(
      `SELECT code FROM event_deliveries WHERE listener = 'learning.complete-on-quiz'
       AND event_id IN (SELECT event_id FROM domain_event_log WHERE organization_id = ?)`,
      way.world.orgId,
    );
    expect(receipt).toEqual({ code: "PROGRESS_BLOCKED" });
    advance(60_000);
    ok(await way.report(0, { timeSpentSec: 60 }));
    expect(ok(await way.complete(0)).module.status).toBe("completed");
  });

  test("below the mastery of its module leaves that as the next thing to reach", async () => {
    const way = await taking({ passingScore: 20 }, { more: { masteryScore: 60 } });
    expect(await attempted(way, ["One"])).toMatchObject({ passed: true });
    await drain(way.world.orgId);
    expect(said(await way.complete(0))).toMatchObject({
      code: "PROGRESS_BLOCKED",
      blockingReason: "mastery_not_achieved",
      requiredActions: [{ action: "reach-score", score: 60 }],
    });
    await attempted(way, ["One", "Three", "Five"]);
    await drain(way.world.orgId);
    expect((await progressOf(way)).status).toBe("completed");
  });

  test("completes its section, as an exercise's questions do when all are right", async () => {
    const way = await taking(
      {},
      {
        more: {
          type: "article",
          content: { html: "<p>x</p>" },
          sections: [
            { title: "Q", type: "quiz", content: { passingScore: 40, questions: FIVE } },
            { title: "E", type: "exercise", content: { html: "", questions: [FIVE[0], FIVE[2]] } },
          ],
        },
      },
    );
    const [quiz, exercise] = way.modules[0]?.sections ?? [];
    const blocked = async () => said(await way.complete(0)).requiredActions;
    expect(await blocked()).toMatchObject([
      { action: "pass-quiz", sectionId: quiz.id, passingScore: 40, bestScore: null },
      { action: "pass-quiz", sectionId: exercise.id, passingScore: 100 },
    ]);
    for (const sectionId of [quiz.id, exercise.id]) {
      ok(await way.report(0, { sectionId, progressPct: 100 }));
    }
    expect(await blocked()).toHaveLength(2);
    await attempted(way, ["One"], { sectionId: quiz.id });
    await attempted(way, ["One"], { sectionId: exercise.id });
    await drain(way.world.orgId);
    expect(await blocked()).toMatchObject([{ bestScore: 20 }, { bestScore: 50 }]);
    await attempted(way, ["One", "Two", "Three"], { sectionId: quiz.id });
    await attempted(way, ["One", "Three"], { sectionId: exercise.id });
    await drain(way.world.orgId);
    const opened = ok(await way.open(0));
    expect(opened.sections).toMatchObject([
      { status: "completed", bestScore: 60, attempts: 2 },
      { status: "completed", bestScore: 100, attempts: 2 },
    ]);
    expect(await named(way.enrollmentId, "section.completed")).toHaveLength(2);
    expect(ok(await way.complete(0)).module.status).toBe("completed");
    await assertLogAgrees(way.world.orgId);
  });

  test("by a learner's own report is passed by nothing but an attempt", async () => {
    const way = await taking();
    ok(await way.report(0, { progressPct: 100 }));
    expect((await way.complete(0, { quizScore: 100 })).status).toBe(409);
    const payload = { enrollmentId: way.enrollmentId, moduleId: way.moduleId(0), quizScore: 80 };
    ok(await command("lms.progress.complete", payload, way.world.instructor));
    expect(await progressOf(way)).toMatchObject({ status: "completed", best_score: 80 });
  });
});
