import { describe, expect, test } from "vitest";
import { expectForeignIsMissing, expectRefused, said } from "../harness/refusals.ts";
import { advance, eventsOf, http, type Json, ok, race, rows, statuses } from "../harness/world.ts";
import { FIVE, taking } from "./quiz.ts";

const givenIn = async (attemptId: string): Promise<Json> => {
  const [row] = await rows<{ answers: string }>(
    "SELECT answers FROM lms_quiz_attempts WHERE id = ?",
    attemptId,
  );
  return JSON.parse(row?.answers ?? "null");
};

describe("an answer", () => {
  test("is saved by itself, the last one counts, and the log is told nothing", async () => {
    const way = await taking();
    const attempt = ok(await way.start());
    const told = (await eventsOf(way.enrollmentId)).length;
    const [one, two, , four] = attempt.questions;
    expect(ok(await way.answer(attempt.id, one.id, "a"))).toMatchObject({
      attemptId: attempt.id,
      questionId: one.id,
      answer: "a",
      savedAt: expect.any(String),
    });
    ok(await way.answer(attempt.id, two.id, ["a", "b"]));
    ok(await way.answer(attempt.id, one.id, "c"));
    ok(await way.answer(attempt.id, four.id, "quote \" and ' and $.x ёж"));
    ok(await way.answer(attempt.id, two.id, null));
    expect(await givenIn(attempt.id)).toEqual({
      [one.id]: "c",
      [two.id]: null,
      [four.id]: "quote \" and ' and $.x ёж",
    });
    expect((await eventsOf(way.enrollmentId)).length).toBe(told);
  });

  test("given on many devices at once loses none of the others", async () => {
    const way = await taking();
    const attempt = ok(await way.start());
    const right = ["b", ["a"], false, "text", -3.5];
    const answers = await race(25, (at) =>
      way.answer(attempt.id, attempt.questions[at % 5].id, right[at % 5]),
    );
    expect(statuses(answers)).toEqual({ 200: 25 });
    expect(await givenIn(attempt.id)).toEqual(
      Object.fromEntries(attempt.questions.map((one: Json, at: number) => [one.id, right[at]])),
    );
  });

  test("has the form of its question, else it is refused with the path", async () => {
    const way = await taking();
    const attempt = ok(await way.start());
    const wrong = ["z", ["a", "a"], "true", 5, "9.81"];
    for (const [at, given] of wrong.entries()) {
      const answer = await way.answer(attempt.id, attempt.questions[at].id, given);
      expect(said(answer)).toMatchObject({ status: 400, errors: [{ path: "answer" }] });
    }
    expect(await givenIn(attempt.id)).toEqual({});
  });

  test("to a question that the paper does not ask is 404", async () => {
    const way = await taking({ draw: 1 });
    const attempt = ok(await way.start());
    const { data } = ok(
      await http("GET", `/lms/instructor/modules/${way.moduleId(0)}/questions`, {
        as: way.world.instructor,
      }),
    );
    const undrawn = data.find((one: Json) => one.id !== attempt.questions[0].id);
    expect(said(await way.answer(attempt.id, undrawn.id, null))).toMatchObject({
      status: 404,
      detail: "Question not found",
    });
  });

  test("is the taker's alone", async () => {
    const way = await taking();
    const attempt = ok(await way.start());
    const { world } = way;
    for (const as of [world.admin, world.instructor, await world.newPerson("learner")]) {
      const answer = await way.answer(attempt.id, attempt.questions[0].id, "a", as);
      expect(said(answer)).toMatchObject({
        status: 403,
        detail: "Permission denied: quiz:attempt",
      });
    }
  });

  test("after the deadline is refused by the write itself, and after handing in", async () => {
    const way = await taking({ timeLimitSec: 60 });
    const attempt = ok(await way.start());
    const [one] = attempt.questions;
    ok(await way.answer(attempt.id, one.id, "b"));
    advance(60_000);
    await expectRefused(
      way.world.orgId,
      { status: 409, code: "INVALID_TRANSITION", state: "submitted" },
      () => way.answer(attempt.id, one.id, "a"),
    );
    expect(await givenIn(attempt.id)).toEqual({ [one.id]: "b" });
    ok(await way.submit(attempt.id));
    expect(said(await way.answer(attempt.id, one.id, "a"))).toMatchObject({ state: "graded" });
  });

  test("that comes to the database late is refused there, though the Worker took it for timely", async () => {
    const way = await taking({ timeLimitSec: 60, questions: [FIVE[0]] });
    const attempt = ok(await way.start());
    await rows(
      "UPDATE lms_quiz_attempts SET deadline_at = unixepoch('subsec') * 1000 - 1 WHERE id = ?",
      attempt.id,
    );
    advance(-3_600_000);
    const answer = await way.answer(attempt.id, attempt.questions[0].id, "b");
    advance(3_600_000);
    expect(said(answer)).toMatchObject({ status: 409, code: "CONFLICT" });
    expect(await givenIn(attempt.id)).toEqual({});
  });

  test("to a foreign attempt is answered as to a missing one", async () => {
    const way = await taking();
    const attempt = ok(await way.start());
    const other = await taking();
    const questionId = attempt.questions[0].id;
    await expectForeignIsMissing(attempt.id, "Quiz attempt", (id) =>
      other.answer(id, questionId, "a"),
    );
    await expectForeignIsMissing(attempt.id, "Quiz attempt", (id) => other.submit(id));
    await expectForeignIsMissing(attempt.id, "Quiz attempt", (id) => other.read(id));
  });
});
