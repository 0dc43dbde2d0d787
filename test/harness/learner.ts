import { enrolled, publishedCourse } from "./course.ts";
import {
  type Answer,
  drain,
  http,
  type Json,
  newOrganization,
  ok,
  type Person,
  type World,
} from "./world.ts";

/** A learner on the way through a published course, by the routes that a player uses. */
export async function learning({
  course = {},
  modules,
}: Parameters<typeof publishedCourse>[1] = {}) {
  const world = await newOrganization();
  const made = await publishedCourse(world, { course, ...(modules ? { modules } : {}) });
  const { id } = await enrolled(world, made.course.id);
  return wayOf(world, { courseId: made.course.id, enrollmentId: id, modules: made.modules });
}
export type Way = Awaited<ReturnType<typeof learning>>;

function wayOf(
  world: World,
  { courseId, enrollmentId, modules }: { courseId: string; enrollmentId: string; modules: Json[] },
) {
  const moduleId = (at: number): string => {
    const module = modules[at];
    if (!module) throw new Error(`There is no module ${at}`);
    return module.id;
  };
  const path = (at: number) => `/lms/learn/${courseId}/modules/${moduleId(at)}`;
  const post =
    (act: string) =>
    (at: number, body: unknown = {}, as: Person = world.learner): Promise<Answer> =>
      http("POST", `${path(at)}/${act}`, { as, body });
  return {
    world,
    courseId,
    enrollmentId,
    modules,
    moduleId,
    start: post("start"),
    report: post("progress"),
    complete: post("complete"),
    open: (at: number, as: Person = world.learner) => http("GET", path(at), { as }),
    why: async () =>
      ok(await http("GET", `/lms/enrollments/${enrollmentId}/why`, { as: world.learner })),
    enrollment: async () =>
      ok(await http("GET", `/lms/enrollments/${enrollmentId}`, { as: world.learner })),
  };
}

/** A completed course with its certificate. */
export async function certified() {
  const way = await learning({
    course: { title: "Основы баз данных" },
    modules: [{ title: "Only" }],
  });
  ok(await way.complete(0));
  await drain(way.world.orgId);
  const { data } = ok(await http("GET", "/lms/certificates", { as: way.world.learner }));
  return { ...way, certificate: data[0] };
}
