import { lmsSettings } from "../../src/identity/schema.ts";
import { newId } from "../../src/kernel/id.ts";
import type { Feature } from "../../src/kernel/settings.ts";
import { enrolled, publishedCourse } from "../harness/course.ts";
import {
  command,
  db,
  http,
  type Json,
  newOrganization,
  ok,
  type Person,
  type World,
} from "../harness/world.ts";

export const ESSAY = {
  title: "Essay",
  instructions: "Write what you have learned.",
  type: "text-response",
  maxScore: 100,
  passingScore: 60,
};

export const switchOn = (orgId: string, feature: Feature) =>
  db
    .insert(lmsSettings)
    .values({
      id: newId(),
      organizationId: orgId,
      features: { [feature]: true },
      version: 0,
      createdAt: 0,
      updatedAt: 0,
    })
    .onConflictDoUpdate({
      target: lmsSettings.organizationId,
      set: { features: { [feature]: true } },
    });

/** A learner in a published course, one of whose modules has an assignment. */
export async function assigned(
  fields: Json = {},
  { course = {}, features = [] }: { course?: Json; features?: Feature[] } = {},
) {
  const world = await newOrganization();
  for (const feature of features) await switchOn(world.orgId, feature);
  const made = await publishedCourse(world, {
    course,
    modules: [{ title: "Work", type: "assignment", content: {} }, { title: "Rest" }],
  });
  const courseId: string = made.course.id;
  const moduleId: string = made.modules[0]?.id;
  const { id: enrollmentId } = await enrolled(world, courseId);
  const assignment = await assign(world, moduleId, fields);
  const assignmentId: string = assignment.id;
  return {
    world,
    courseId,
    moduleId,
    enrollmentId: String(enrollmentId),
    assignment,
    assignmentId,
    submit: (payload: Json = { content: "My work" }, as: Person = world.learner) =>
      http("POST", `/lms/assignments/${assignmentId}/submissions`, { as, body: payload }),
    grade: (submissionId: string, payload: Json, as: Person = world.instructor) =>
      http("POST", `/lms/instructor/submissions/${submissionId}/grade`, { as, body: payload }),
    giveBack: (submissionId: string, payload: Json = {}, as: Person = world.instructor) =>
      http("POST", `/lms/instructor/submissions/${submissionId}/return`, { as, body: payload }),
    peer: async (): Promise<Person> => {
      const one = await world.newPerson("learner");
      await enrolled(world, courseId, one);
      return one;
    },
  };
}

export async function assign(world: World, moduleId: string, fields: Json = {}): Promise<Json> {
  const payload = { moduleId, ...ESSAY, ...fields };
  return ok(await command("lms.assignment.create", payload, world.instructor));
}
