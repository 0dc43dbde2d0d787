import { beforeAll, expect, it } from "vitest";
import { expectForeignIsMissing, expectOthersRefused, expectReadOnly } from "../catalog/refused.ts";
import { draftCourse } from "../harness/course.ts";
import { eventsOf, http, type Json, newOrganization, ok, type World } from "../harness/world.ts";
import { ask, emptyQuiz, FIVE, questionsOf } from "./quiz.ts";

let world: World;
beforeAll(async () => {
  world = await newOrganization();
});

const made = async (of: World = world) => {
  const { courseId, moduleId } = await emptyQuiz(of);
  const ids: string[] = [];
  for (const one of FIVE) ids.push(ok(await ask(moduleId, one, of.instructor)).id);
  return { courseId, moduleId, ids: ids as [string, string, string, string, string] };
};
const update = (questionId: string, body: Json) =>
  http("PATCH", `/lms/instructor/questions/${questionId}`, { as: world.instructor, body });

it("changes what is given and moves the question, its id the same", async () => {
  const { courseId, moduleId, ids } = await made();
  const changed = ok(await update(ids[4], { prompt: "First now", answer: 3, position: 0 }));
  expect(changed).toMatchObject({
    id: ids[4],
    moduleId,
    position: 0,
    kind: "numeric",
    answer: { value: 3, tolerance: 0 },
    points: 1,
  });
  const { data } = ok(await questionsOf(moduleId, world.instructor));
  expect(data.map((one: Json) => one.prompt)).toEqual(["First now", "One", "Two", "Three", "Four"]);
  expect((await eventsOf(courseId)).at(-1)?.payload).toMatchObject({
    updatedFields: ["questions"],
  });
});

it("is refused where the whole question would no longer be one", async () => {
  const { ids } = await made();
  for (const [id, body, path] of [
    [ids[0], { answer: "z" }, "answer"],
    [ids[0], { options: null }, "options"],
    [ids[0], { kind: "true-false" }, "options"],
    [ids[2], { kind: "numeric" }, "answer"],
  ] as const) {
    const answer = await update(id, body);
    expect(answer.body).toMatchObject({ status: 400, errors: [{ path }] });
  }
  expect((await update(ids[0], { kind: "true-false", options: null, answer: false })).status).toBe(
    200,
  );
});

it("is the own instructor's and lms-admin's", async () => {
  const { ids } = await made();
  await expectOthersRefused(world, "lms.question.update", { questionId: ids[0], points: 2 });
  await expectOthersRefused(world, "lms.question.delete", { questionId: ids[0] });
});

it("is refused while the course is under review, and archived; deleting too", async () => {
  const one = await made();
  const questionId = one.ids[0];
  await expectReadOnly(world, one.courseId, "lms.question.update", { questionId, points: 2 });
  const two = await made();
  const payload = { questionId: two.ids[0] };
  await expectReadOnly(world, two.courseId, "lms.question.delete", payload);
});

it("answers for a foreign question as for a missing one; deleting too", async () => {
  const { ids } = await made(await newOrganization());
  const payload = (questionId: string) => ({ questionId });
  await expectForeignIsMissing(world, "lms.question.update", payload, ids[0]);
  await expectForeignIsMissing(world, "lms.question.delete", payload, ids[0]);
});

it("deletes a question for good and closes its place", async () => {
  const { moduleId, ids } = await made();
  const path = `/lms/instructor/questions/${ids[1]}`;
  expect(ok(await http("DELETE", path, { as: world.instructor })).id).toBe(ids[1]);
  expect((await http("DELETE", path, { as: world.instructor })).status).toBe(404);
  const { data } = ok(await questionsOf(moduleId, world.instructor));
  expect(data.map((one: Json) => [one.prompt, one.position])).toEqual([
    ["One", 0],
    ["Three", 1],
    ["Four", 2],
    ["Five", 3],
  ]);
});

it("goes with the section that asked it: 404 once that is deleted", async () => {
  const { modules } = await draftCourse(world, {
    modules: [
      {
        title: "T",
        sections: [{ title: "Q", type: "quiz", content: { passingScore: 1, questions: FIVE } }],
      },
    ],
  });
  const module = modules[0] as Json;
  const { data } = ok(await questionsOf(module.id, world.instructor));
  const section = module.sections[0].id;
  ok(await http("DELETE", `/lms/instructor/sections/${section}`, { as: world.instructor }));
  expect((await update(data[0].id, { points: 2 })).status).toBe(404);
  expect(ok(await questionsOf(module.id, world.instructor)).data).toEqual([]);
});
