import { http, type Json, ok, type World } from "./world.ts";

type Module = { title: string; type?: string; content?: unknown; [field: string]: unknown };

const ARTICLE = { type: "article", content: { html: "<p>Text</p>" }, isPublished: true };

/** A published course with its modules, by the routes that its people use. */
export async function publishedCourse(
  world: World,
  {
    course = {},
    modules = [{ title: "First" }, { title: "Second" }],
  }: { course?: Json; modules?: Module[] } = {},
): Promise<{ course: Json; modules: Json[] }> {
  const { course: draft, modules: made } = await draftCourse(world, { course, modules });
  const path = `/lms/instructor/courses/${draft.id}/submit-review`;
  ok(await http("POST", path, { as: world.instructor }));
  const approve = `/lms/admin/courses/${draft.id}/approve`;
  return { course: ok(await http("POST", approve, { as: world.reviewer })), modules: made };
}

export async function draftCourse(
  world: World,
  { course = {}, modules = [{ title: "First" }] }: { course?: Json; modules?: Module[] } = {},
): Promise<{ course: Json; modules: Json[] }> {
  const draft = ok(
    await http("POST", "/lms/instructor/courses", {
      as: world.instructor,
      body: {
        title: "Course",
        type: "self-paced",
        level: "beginner",
        price: { amount: 0, currency: "USD" },
        ...course,
      },
    }),
  );
  const made: Json[] = [];
  for (const module of modules) {
    const path = `/lms/instructor/courses/${draft.id}/modules`;
    const body = { ...ARTICLE, ...module };
    made.push(ok(await http("POST", path, { as: world.instructor, body })));
  }
  return { course: draft, modules: made };
}

/** A learner in a free course. */
export async function enrolled(world: World, courseId: string, as = world.learner): Promise<Json> {
  return ok(await http("POST", "/lms/enrollments", { as, body: { courseId } }));
}
