import { beforeAll, describe, expect, test } from "vitest";
import {
  expectForeignIsMissing,
  expectOthersRefused,
  expectReadOnly,
  foreignCourse,
} from "../catalog/refused.ts";
import { draftCourse } from "../harness/course.ts";
import { assertLogAgrees } from "../harness/log.ts";
import {
  eventsOf,
  http,
  type Json,
  newOrganization,
  ok,
  rows,
  type World,
} from "../harness/world.ts";
import { ask, emptyQuiz, FIVE, OPTIONS, questionsOf, quizModule } from "./quiz.ts";

let world: World;
beforeAll(async () => {
  world = await newOrganization();
});

const promptsOf = async (moduleId: string): Promise<string[]> =>
  ok(await questionsOf(moduleId, world.instructor)).data.map((one: Json) => one.prompt);

describe("a question", () => {
  test("of each kind is added at the end or where it is told, and revises course and module", async () => {
    const { courseId, moduleId } = await emptyQuiz(world);
    for (const one of FIVE) expect((await ask(moduleId, one, world.instructor)).status).toBe(201);
    const first = await ask(
      moduleId,
      { kind: "numeric", prompt: "Zero", answer: 7, points: 2.5, position: 0 },
      world.instructor,
    );
    expect(first.body).toMatchObject({
      moduleId,
      sectionId: null,
      position: 0,
      answer: { value: 7, tolerance: 0 },
      points: 2.5,
      explanation: null,
    });
    expect(first.headers.get("location")).toBe(`/lms/instructor/modules/${moduleId}/questions`);
    expect(await promptsOf(moduleId)).toEqual(["Zero", "One", "Two", "Three", "Four", "Five"]);
    expect((await eventsOf(courseId)).at(-1)).toMatchObject({
      name: "course.updated",
      payload: { updatedFields: ["questions"] },
    });
    const module = ok(
      await http("GET", `/lms/instructor/modules/${moduleId}`, { as: world.instructor }),
    );
    expect(module.version).toBe(7);
    await assertLogAgrees(world.orgId);
  });

  test("may be a section's, if that is a quiz or an exercise of the module", async () => {
    const { modules } = await draftCourse(world, {
      modules: [
        {
          title: "Text",
          sections: [
            { title: "Do", type: "exercise", content: { html: "<p>do</p>" } },
            { title: "Read", type: "text", content: { html: "<p>read</p>" } },
          ],
        },
        { title: "Other" },
      ],
    });
    const [module, other] = modules as [Json, Json];
    const [exercise, text] = module.sections;
    const question = FIVE[2] as Json;
    const made = ok(
      await ask(module.id, { ...question, sectionId: exercise.id }, world.instructor),
    );
    expect(made).toMatchObject({ moduleId: module.id, sectionId: exercise.id });
    expect(await promptsOf(module.id)).toEqual(["Three"]);
    for (const [moduleId, sectionId] of [
      [module.id, text.id],
      [module.id, undefined],
    ]) {
      const refused = await ask(moduleId, { ...question, sectionId }, world.instructor);
      expect(refused.body).toMatchObject({ status: 409, code: "RULE_FAILED" });
    }
    const elsewhere = await ask(
      other.id,
      { ...question, sectionId: exercise.id },
      world.instructor,
    );
    expect(elsewhere.body).toMatchObject({ status: 404, detail: "Section not found" });
  });

  test.each<[string, Json, string]>([
    ["a choice without options", { kind: "single", answer: "a" }, "options"],
    ["options with one id", { options: [OPTIONS[0], OPTIONS[0]] }, "options"],
    ["an answer that is no option", { options: OPTIONS, answer: "z" }, "answer"],
    ["right options that are none", { kind: "multiple", options: OPTIONS, answer: [] }, "answer"],
    ["options of a numeric question", { kind: "numeric", options: OPTIONS, answer: 1 }, "options"],
    ["a text for true or false", { kind: "true-false", answer: "true" }, "answer"],
    ["a short text of blanks", { kind: "short-text", answer: "  " }, "answer"],
    ["a number that is text", { kind: "numeric", answer: "9.81" }, "answer"],
    ["no points", { points: 0, options: OPTIONS }, "points"],
    ["an unknown kind", { kind: "essay" }, "kind"],
  ])("is refused with %s, by its path", async (_, wrong, path) => {
    const { moduleId } = await emptyQuiz(world);
    const body = { kind: "single", prompt: "?", answer: "a", points: 1, ...wrong };
    const answer = await ask(moduleId, body, world.instructor);
    expect(answer.body).toMatchObject({ status: 400, code: "VALIDATION_FAILED" });
    expect(answer.body.errors.map((one: Json) => one.path)).toContain(path);
  });

  test("is refused where a paper could not hold all of a quiz", async () => {
    const { moduleId } = await emptyQuiz(world);
    const long = { kind: "true-false", prompt: "x".repeat(10_000), answer: true, points: 1 };
    const many = Array.from({ length: 19 }, () => long);
    const path = `/lms/instructor/modules/${moduleId}`;
    const content = { passingScore: 1, questions: many };
    ok(await http("PATCH", path, { as: world.instructor, body: { content } }));
    const refused = await ask(moduleId, long, world.instructor);
    expect(refused.body).toMatchObject({ status: 409, code: "RULE_FAILED" });
    const whole = { ...content, questions: [...many, long] };
    const answer = await http("PATCH", path, { as: world.instructor, body: { content: whole } });
    expect(answer.body).toMatchObject({ status: 400, code: "VALIDATION_FAILED" });
  });

  test("is the own instructor's and lms-admin's to add", async () => {
    const { moduleId } = await emptyQuiz(world);
    await expectOthersRefused(world, "lms.question.create", { moduleId, ...FIVE[0] });
  });

  test("is refused while the course is under review, and archived", async () => {
    const { courseId, moduleId } = await emptyQuiz(world);
    await expectReadOnly(world, courseId, "lms.question.create", { moduleId, ...FIVE[0] });
  });

  test("is refused where quizzes are switched off", async () => {
    const apart = await newOrganization();
    const { moduleId } = await emptyQuiz(apart);
    await rows(
      `INSERT INTO lms_settings (id, organization_id, features, defaults, version, created_at, updated_at)
       VALUES (?1, ?1, '{"enableQuizzes":false}', '{}', 1, 0, 0)`,
      apart.orgId,
    );
    const answer = await ask(moduleId, FIVE[0] as Json, apart.instructor);
    expect(answer.body).toMatchObject({ status: 409, code: "FEATURE_DISABLED" });
  });

  test("for a foreign module answers as for a missing one", async () => {
    const { moduleId } = await foreignCourse();
    const payload = (id: string) => ({ moduleId: id, ...FIVE[0] });
    await expectForeignIsMissing(world, "lms.question.create", payload, moduleId);
  });
});

describe("a quiz's content", () => {
  test("brings its questions as rows, and is kept without them", async () => {
    const { modules } = await draftCourse(world, {
      modules: [
        quizModule(
          {},
          {
            sections: [
              { title: "Q", type: "quiz", content: { passingScore: 10, questions: FIVE } },
              {
                title: "E",
                type: "exercise",
                content: { html: "<p>x</p>", questions: [FIVE[0]] },
              },
            ],
          },
        ),
      ],
    });
    const module = modules[0] as Json;
    expect(module.content).toEqual({ passingScore: 50 });
    expect(module.sections.map((one: Json) => one.content)).toEqual([
      { passingScore: 10 },
      { html: "<p>x</p>" },
    ]);
    const { data } = ok(await questionsOf(module.id, world.instructor));
    expect(data.map((one: Json) => [one.sectionId, one.position])).toEqual([
      ...FIVE.map((_, at) => [null, at]),
      ...FIVE.map((_, at) => [module.sections[0].id, at]),
      [module.sections[1].id, 0],
    ]);
    const page = ok(await questionsOf(module.id, world.instructor, "?limit=4"));
    const rest = ok(
      await questionsOf(module.id, world.instructor, `?limit=100&cursor=${page.nextCursor}`),
    );
    expect([...page.data, ...rest.data]).toEqual(data);
  });

  test("replaces them where it is changed with questions, and keeps them where without", async () => {
    const { modules } = await draftCourse(world, { modules: [quizModule()] });
    const moduleId = String(modules[0]?.id);
    const change = (content: Json) =>
      http("PATCH", `/lms/instructor/modules/${moduleId}`, {
        as: world.instructor,
        body: { content },
      });
    ok(await change({ passingScore: 80 }));
    expect(await promptsOf(moduleId)).toHaveLength(5);
    ok(await change({ passingScore: 80, questions: [FIVE[4], FIVE[0]] }));
    expect(await promptsOf(moduleId)).toEqual(["Five", "One"]);
    ok(await change({ passingScore: 80, questions: [] }));
    expect(await promptsOf(moduleId)).toEqual([]);
  });

  test("is refused with the path of what is wrong with a question", async () => {
    const { courseId } = await emptyQuiz(world);
    const wrong = { ...FIVE[0], answer: "z" };
    const answer = await http("POST", `/lms/instructor/courses/${courseId}/modules`, {
      as: world.instructor,
      body: quizModule({ questions: [FIVE[1], wrong] }),
    });
    expect(answer.body.errors).toEqual([
      { path: "content.questions.1.answer", message: expect.any(String) },
    ]);
  });

  test("is read with its answers by its authors and, under review, by a reviewer", async () => {
    const { courseId, moduleId } = await emptyQuiz(world);
    ok(await ask(moduleId, FIVE[0] as Json, world.instructor));
    const read = async (as: keyof World) =>
      (await questionsOf(moduleId, world[as] as World["admin"])).status;
    expect([await read("admin"), await read("reviewer"), await read("learner")]).toEqual([
      200, 403, 403,
    ]);
    ok(
      await http("POST", `/lms/instructor/courses/${courseId}/submit-review`, {
        as: world.instructor,
      }),
    );
    expect(await read("reviewer")).toBe(200);
  });
});
