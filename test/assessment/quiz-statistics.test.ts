import { expect, test, vi } from "vitest";
import { expectForeignIsMissing, said } from "../harness/refusals.ts";
import { http, type Json, ok, rows } from "../harness/world.ts";
import { taking } from "./quiz.ts";

vi.setConfig({ testTimeout: 30_000 });

test("an author sees how each question is answered, by graded attempts alone", async () => {
  const way = await taking({ passingScore: 100 });
  const { world } = way;
  for (const prompts of [["One", "Three"], ["One"], []]) {
    const attempt = ok(await way.start());
    await way.answerRight(attempt, prompts);
    ok(await way.submit(attempt.id));
  }
  const other = await world.newPerson("learner");
  ok(await http("POST", "/lms/enrollments", { as: other, body: { courseId: way.courseId } }));
  ok(await way.start({}, other));
  const path = `/lms/instructor/modules/${way.moduleId(0)}/statistics`;
  const read = ok(await http("GET", path, { as: world.instructor }));
  expect(read).toMatchObject({ attempts: 3, sharePassed: 0, averagePercent: 20 });
  expect(read.questions.map((one: Json) => [one.prompt, one.attempts, one.shareRight])).toEqual([
    ["One", 3, 0.67],
    ["Two", 3, 0],
    ["Three", 3, 0.33],
    ["Four", 3, 0],
    ["Five", 3, 0],
  ]);
  expect(read.questions.map((one: Json) => one.discrimination)).toEqual([
    0.5,
    null,
    0.5,
    null,
    null,
  ]);
  for (const as of [world.learner, world.reviewer, await world.newPerson("instructor")]) {
    expect((await http("GET", path, { as })).status).toBe(403);
  }
  const sectioned = await http("GET", `${path}?sectionId=${way.moduleId(0)}`, {
    as: world.instructor,
  });
  expect(said(sectioned)).toMatchObject({ status: 404, detail: "Section not found" });
  const elsewhere = await taking();
  await expectForeignIsMissing(way.moduleId(0), "Module", (id) =>
    http("GET", `/lms/instructor/modules/${id}/statistics`, { as: elsewhere.world.admin }),
  );
});

test("statistics read the latest 500 attempts, by an index, however many there are", async () => {
  const way = await taking();
  const attempt = ok(await way.start());
  ok(await way.submit(attempt.id));
  await rows(
    `INSERT INTO lms_quiz_attempts (id, organization_id, enrollment_id, module_id, attempt_number,
       status, seed, paper, answers, score, max_score, passed, marks, started_at, created_at, updated_at)
     WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600)
     SELECT 'x' || i, organization_id, 'e' || i, module_id, 1, 'graded', 1, '[]', '{}', 5, 5, 1,
       marks, 0, 0, 0 FROM n, lms_quiz_attempts WHERE id = ?`,
    attempt.id,
  );
  const path = `/lms/instructor/modules/${way.moduleId(0)}/statistics`;
  const answer = await http("GET", path, { as: way.world.instructor });
  expect(ok(answer)).toMatchObject({ attempts: 500, sharePassed: 1 });
  const read = /desc="\d+ trips (\d+) rows"/.exec(answer.headers.get("server-timing") ?? "");
  expect(Number(read?.[1])).toBeLessThan(550);
});
