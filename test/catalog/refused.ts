import { expect } from "vitest";
import { draftCourse } from "../harness/course.ts";
import {
  command,
  http,
  type Json,
  newOrganization,
  ok,
  rows,
  type World,
} from "../harness/world.ts";

export const MISSING = "018f2f6e-5b1c-7c3a-8d4e-1f2a3b4c5d6e";

/** Another instructor and everybody without the role: 403, in the words of the permission table. */
export async function expectOthersRefused(
  world: World,
  type: string,
  payload: Json,
  action = "course:update",
): Promise<void> {
  const stranger = await world.newPerson("instructor");
  for (const as of [stranger, world.learner, world.reviewer, world.orgAdmin]) {
    const answer = await command(type, payload, as);
    expect(answer.body).toMatchObject({
      status: 403,
      code: "PERMISSION_DENIED",
      detail: `Permission denied: ${action}`,
    });
  }
}

/** A row of another organization is answered with the very body of a missing one. */
export async function expectForeignIsMissing(
  world: World,
  type: string,
  payloadOf: (id: string) => Json,
  foreignId: string,
): Promise<void> {
  const foreign = await command(type, payloadOf(foreignId), world.admin);
  const missing = await command(type, payloadOf(MISSING), world.admin);
  expect(foreign.status).toBe(404);
  expect({ ...foreign.body, correlationId: "" }).toEqual({ ...missing.body, correlationId: "" });
}

/** Under review and archived: 409 with the state, for lms-admin too. */
export async function expectReadOnly(
  world: World,
  courseId: string,
  type: string,
  payload: Json,
): Promise<void> {
  const { instructor, reviewer, admin } = world;
  const on = (area: string, step: string) => `/lms/${area}/courses/${courseId}/${step}`;
  const attempt = async (state: string) => {
    for (const as of [instructor, admin]) {
      const answer = await command(type, payload, as);
      expect(answer.body).toMatchObject({ status: 409, code: "INVALID_TRANSITION", state });
    }
  };
  ok(await http("POST", on("instructor", "submit-review"), { as: instructor }));
  await attempt("under-review");
  ok(await http("POST", on("admin", "approve"), { as: reviewer }));
  ok(await http("POST", on("admin", "archive"), { as: admin }));
  await attempt("archived");
}

/** A course of another organization, with a module, a section and a chapter. */
export async function foreignCourse() {
  const other = await newOrganization();
  const made = await draftCourse(other, {
    modules: [{ title: "Theirs", sections: [{ title: "Part", type: "text" }] }],
  });
  const path = `/lms/instructor/courses/${made.course.id}/chapters`;
  const chapter = ok(await http("POST", path, { as: other.instructor, body: { title: "Theirs" } }));
  const [module] = made.modules;
  return {
    world: other,
    courseId: made.course.id as string,
    moduleId: module?.id as string,
    sectionId: module?.sections[0].id as string,
    chapterId: chapter.id as string,
  };
}

export const titlesInOrder = (table: string, parent: string, parentId: string) =>
  rows<{ title: string; position: number }>(
    `SELECT title, position FROM ${table} WHERE ${parent} = ? AND deleted_at IS NULL ORDER BY position`,
    parentId,
  );
