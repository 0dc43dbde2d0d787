import { draftCourse } from "../harness/course.ts";
import { learning } from "../harness/learner.ts";
import { type Answer, http, type Json, ok, type Person, type World } from "../harness/world.ts";

export const OPTIONS = [
  { id: "a", text: "Alpha" },
  { id: "b", text: "Beta" },
  { id: "c", text: "Gamma" },
];

/** One question of each kind, of a point each, and what is right. */
export const FIVE: Json[] = [
  { kind: "single", prompt: "One", options: OPTIONS, answer: "b", points: 1, explanation: "Why b" },
  { kind: "multiple", prompt: "Two", options: OPTIONS, answer: ["a", "c"], points: 1 },
  { kind: "true-false", prompt: "Three", answer: true, points: 1 },
  { kind: "short-text", prompt: "Four", answer: ["Orléans", "Orleans, France"], points: 1 },
  { kind: "numeric", prompt: "Five", answer: { value: 9.81, tolerance: 0.01 }, points: 1 },
];
export const RIGHT: Record<string, unknown> = {
  One: "b",
  Two: ["c", "a"],
  Three: true,
  Four: " ORLEANS ",
  Five: 9.8,
};

export const quizModule = (content: Json = {}, more: Json = {}): Json & { title: string } => ({
  title: "Quiz",
  type: "quiz",
  content: { passingScore: 50, questions: FIVE, ...content },
  ...more,
});

/** A draft with a quiz that has no question yet. */
export async function emptyQuiz(world: World) {
  const { course, modules } = await draftCourse(world, {
    modules: [quizModule({ questions: [] }, { isPublished: true })],
  });
  return { courseId: String(course.id), moduleId: String(modules[0]?.id) };
}

export const ask = (moduleId: string, body: Json, as: Person): Promise<Answer> =>
  http("POST", `/lms/instructor/modules/${moduleId}/questions`, { as, body });

export const questionsOf = (moduleId: string, as: Person, query = ""): Promise<Answer> =>
  http("GET", `/lms/instructor/modules/${moduleId}/questions${query}`, { as });

/** A learner before a course whose first module is a quiz, with what a player of it sends. */
export async function taking(
  content: Json = {},
  { more = {}, rest = [], course = {} }: { more?: Json; rest?: Module[]; course?: Json } = {},
) {
  const way = await learning({ course, modules: [quizModule(content, more), ...rest] });
  const { learner } = way.world;
  const path = `/lms/learn/${way.courseId}/modules/${way.moduleId(0)}/quiz-attempts`;
  const start = (body: Json = {}, as: Person = learner) => http("POST", path, { as, body });
  return { ...way, start, ...attempts(learner) };
}
type Module = { title: string } & Json;
export type Taking = Awaited<ReturnType<typeof taking>>;

const attempts = (learner: Person) => {
  const on = (id: string) => `/lms/quiz-attempts/${id}`;
  const answer = (id: string, questionId: string, given: unknown, as: Person = learner) =>
    http("PUT", `${on(id)}/answers/${questionId}`, { as, body: { answer: given } });
  return {
    answer,
    submit: (id: string, as: Person = learner) => http("POST", `${on(id)}/submit`, { as }),
    read: (id: string, as: Person = learner) => http("GET", on(id), { as }),
    /** Answers the questions of these prompts as they are right, all where none is named. */
    answerRight: async (attempt: Json, prompts: readonly string[] = Object.keys(RIGHT)) => {
      for (const { id, prompt } of attempt.questions) {
        if (prompts.includes(prompt)) ok(await answer(attempt.id, id, RIGHT[prompt]));
      }
    },
  };
};
