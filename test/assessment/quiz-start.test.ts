import { describe, expect, test } from "vitest";
import { assertLogAgrees } from "../harness/log.ts";
import { expectForeignIsMissing, expectRefused, said } from "../harness/refusals.ts";
import {
  advance,
  command,
  eventsOf,
  http,
  type Json,
  newOrganization,
  ok,
  race,
  rows,
  statuses,
} from "../harness/world.ts";
import { FIVE, quizModule, taking } from "./quiz.ts";

const namesOf = async (id: string) => (await eventsOf(id)).map((one) => one.name);
const kept = (attemptId: string) =>
  rows("SELECT * FROM lms_quiz_attempts WHERE id = ?", attemptId).then(([row]) => row as Json);

describe("starting a quiz", () => {
  test("pins its paper and its deadline, starts the module, and shows no answer", async () => {
    const way = await taking({ timeLimitSec: 600, draw: 3, shuffle: true });
    const answer = await way.start();
    expect(answer.status).toBe(201);
    expect(answer.headers.get("location")).toBe(`/lms/quiz-attempts/${answer.body.id}`);
    expect(answer.body).toMatchObject({
      enrollmentId: way.enrollmentId,
      moduleId: way.moduleId(0),
      sectionId: null,
      attemptNumber: 1,
      attemptsMax: 3,
      status: "open",
      passingScore: 50,
      score: null,
    });
    expect(Date.parse(answer.body.deadlineAt) - Date.parse(answer.body.startedAt)).toBe(600_000);
    expect(answer.body.questions).toHaveLength(3);
    for (const question of answer.body.questions) {
      expect(question).not.toHaveProperty("answer");
      expect(question).not.toHaveProperty("explanation");
      expect(question).toMatchObject({ given: null, awarded: null });
    }
    expect((await namesOf(way.enrollmentId)).slice(-2)).toEqual(["module.started", "quiz.started"]);
    expect((await kept(answer.body.id)).seed).toBeGreaterThanOrEqual(0);
    await assertLogAgrees(way.world.orgId);
  });

  test("again goes on with the open attempt, whatever its author changes meanwhile", async () => {
    const way = await taking();
    const first = ok(await way.start());
    const two = first.questions[1];
    ok(await way.answer(first.id, two.id, ["a"]));
    const content = { passingScore: 99, questions: [] };
    const path = `/lms/instructor/modules/${way.moduleId(0)}`;
    ok(await http("PATCH", path, { as: way.world.instructor, body: { content } }));
    const again = await way.start();
    expect(again.status).toBe(200);
    expect(again.body).toEqual({
      ...first,
      questions: first.questions.map((one: Json) => (one === two ? { ...one, given: ["a"] } : one)),
    });
  });

  test("at a section asks the section's questions, an exercise's without limit", async () => {
    const way = await taking(
      { questions: [] },
      {
        more: {
          sections: [
            { title: "Q", type: "quiz", content: { passingScore: 5, questions: [FIVE[4]] } },
            { title: "E", type: "exercise", content: { html: "", questions: [FIVE[0]] } },
            { title: "F", type: "exercise", content: { html: "" } },
          ],
        },
      },
    );
    const [quiz, exercise, silent] = way.modules[0]?.sections ?? [];
    expect(ok(await way.start({ sectionId: quiz.id }))).toMatchObject({
      sectionId: quiz.id,
      attemptsMax: 3,
      questions: [{ prompt: "Five" }],
    });
    expect(ok(await way.start({ sectionId: exercise.id }))).toMatchObject({
      attemptsMax: null,
      passingScore: 100,
    });
    for (const body of [{}, { sectionId: silent.id }]) {
      expect(said(await way.start(body))).toMatchObject({ status: 409, code: "RULE_FAILED" });
    }
  });

  test("of a section of another module is 404", async () => {
    const way = await taking(
      {},
      {
        rest: [
          {
            title: "Other",
            sections: [{ title: "Q", type: "quiz", content: { passingScore: 5 } }],
          },
        ],
      },
    );
    const sectionId = way.modules[1]?.sections[0].id;
    expect(said(await way.start({ sectionId }))).toMatchObject({
      status: 404,
      detail: "Section not found",
    });
  });

  test("is the learner's own, of an enrollment that is open", async () => {
    const way = await taking();
    const { world, enrollmentId } = way;
    const payload = { enrollmentId, moduleId: way.moduleId(0) };
    for (const as of [world.admin, world.instructor, await world.newPerson("learner")]) {
      expect(said(await command("lms.quiz.start", payload, as))).toMatchObject({
        status: 403,
        detail: "Permission denied: quiz:attempt",
      });
    }
    ok(await http("POST", `/lms/enrollments/${enrollmentId}/cancel`, { as: world.learner }));
    await expectRefused(world.orgId, { status: 409, code: "INVALID_TRANSITION" }, () =>
      way.start(),
    );
  });

  test("waits for the module before, where it is required", async () => {
    const way = await taking(
      {},
      { rest: [{ ...quizModule(), title: "Second", requiredPrevious: true }] },
    );
    const path = `/lms/learn/${way.courseId}/modules/${way.moduleId(1)}/quiz-attempts`;
    const answer = await http("POST", path, { as: way.world.learner, body: {} });
    expect(said(answer)).toMatchObject({
      status: 409,
      code: "PROGRESS_BLOCKED",
      blockingReason: "prerequisites_not_met",
    });
  });

  test("is refused where quizzes are switched off, as answering and handing in are", async () => {
    const way = await taking();
    const attempt = ok(await way.start());
    await rows(
      `INSERT INTO lms_settings (id, organization_id, features, defaults, version, created_at, updated_at)
       VALUES (?1, ?1, '{"enableQuizzes":false}', '{}', 1, 0, 0)`,
      way.world.orgId,
    );
    for (const answer of [
      await way.start(),
      await way.answer(attempt.id, attempt.questions[0].id, "a"),
      await way.submit(attempt.id),
    ]) {
      expect(said(answer)).toMatchObject({ status: 409, code: "FEATURE_DISABLED" });
    }
  });

  test("of a foreign module or enrollment is answered as of a missing one", async () => {
    const way = await taking();
    const { world } = await taking();
    const payload = { enrollmentId: way.enrollmentId, moduleId: way.moduleId(0) };
    await expectForeignIsMissing(way.enrollmentId, "Enrollment", (enrollmentId) =>
      command("lms.quiz.start", { ...payload, enrollmentId }, world.learner),
    );
  });
});

describe("attempts", () => {
  test("end with the content's maximum, else with the organization's", async () => {
    const one = await taking({ maxAttempts: 1 });
    ok(await one.submit(ok(await one.start()).id));
    await expectRefused(one.world.orgId, { status: 409, code: "RULE_FAILED", attemptsMax: 1 }, () =>
      one.start(),
    );
    const three = await taking();
    for (const attemptNumber of [1, 2, 3]) {
      const attempt = ok(await three.start());
      expect(attempt).toMatchObject({ attemptNumber, attemptsMax: 3 });
      ok(await three.submit(attempt.id));
    }
    expect((await three.start()).status).toBe(409);
  });

  test("end with a pass, unless the module's mastery is still to be reached", async () => {
    const passed = await taking({ passingScore: 20 });
    const attempt = ok(await passed.start());
    await passed.answerRight(attempt, ["One"]);
    expect(ok(await passed.submit(attempt.id))).toMatchObject({ passed: true, percent: 20 });
    expect(said(await passed.start())).toMatchObject({ status: 409, code: "RULE_FAILED" });

    const wanted = await taking({ passingScore: 20 }, { more: { masteryScore: 60 } });
    const first = ok(await wanted.start());
    await wanted.answerRight(first, ["One"]);
    ok(await wanted.submit(first.id));
    expect((await wanted.start()).status).toBe(201);
  });

  test("go on after a deadline that nobody has handed in: that one is graded in the same batch", async () => {
    const way = await taking({ timeLimitSec: 60 });
    const first = ok(await way.start());
    await way.answerRight(first, ["One"]);
    advance(61_000);
    const second = await way.start();
    expect(second.status).toBe(201);
    expect(second.body.attemptNumber).toBe(2);
    expect(ok(await way.read(first.id))).toMatchObject({
      status: "graded",
      score: 1,
      submittedAt: first.deadlineAt,
    });
    expect((await namesOf(way.enrollmentId)).slice(-2)).toEqual(["quiz.submitted", "quiz.started"]);
    await assertLogAgrees(way.world.orgId);
  });

  test("started 50 times at once with one left are one: all get the same", async () => {
    const way = await taking({ maxAttempts: 2 });
    ok(await way.submit(ok(await way.start()).id));
    const answers = await race(50, () => way.start());
    expect(statuses(answers)).toEqual({ 200: 49, 201: 1 });
    expect(new Set(answers.map((one) => one.body.id)).size).toBe(1);
    expect(
      await rows(
        "SELECT attempt_number AS n FROM lms_quiz_attempts WHERE enrollment_id = ? ORDER BY n",
        way.enrollmentId,
      ),
    ).toEqual([{ n: 1 }, { n: 2 }]);
    expect((await namesOf(way.enrollmentId)).filter((one) => one === "quiz.started")).toHaveLength(
      2,
    );
    await assertLogAgrees(way.world.orgId);
  });

  test("of two learners of one quiz have papers of their own", async () => {
    const way = await taking({ shuffle: true });
    const other = await way.world.newPerson("learner");
    ok(await http("POST", "/lms/enrollments", { as: other, body: { courseId: way.courseId } }));
    const [one, two] = [ok(await way.start()), ok(await way.start({}, other))];
    expect(two.id).not.toBe(one.id);
    expect(new Set(two.questions.map(({ id }: Json) => id))).toEqual(
      new Set(one.questions.map(({ id }: Json) => id)),
    );
    const seeds = await Promise.all([kept(one.id), kept(two.id)]);
    expect(seeds[0]?.seed).not.toBe(seeds[1]?.seed);
  });
});

test("a quiz is no free preview: who is not enrolled finds no enrollment", async () => {
  const way = await taking({}, { more: { isFree: true } });
  const stranger = await way.world.newPerson("learner");
  expect(said(await way.start({}, stranger))).toMatchObject({ status: 404 });
  const elsewhere = await newOrganization();
  expect(said(await way.start({}, elsewhere.learner))).toMatchObject({ status: 404 });
});
