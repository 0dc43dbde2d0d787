import { beforeAll, expect, it } from "vitest";
import { draftCourse } from "../harness/course.ts";
import { eventsOf, http, newOrganization, ok, rows, type World } from "../harness/world.ts";
import { expectForeignIsMissing } from "./refused.ts";

let world: World;
beforeAll(async () => {
  world = await newOrganization();
});

const create = async (name: string, parentId: string | null = null, as = world.admin) =>
  ok(await http("POST", "/lms/admin/categories", { as, body: { name, parentId } })).id as string;
const remove = (id: string, as = world.admin) =>
  http("DELETE", `/lms/admin/categories/${id}`, { as });

it("takes an empty category out of every list and gives its slug free", async () => {
  const id = await create("Passing");
  expect((await remove(id)).body).toMatchObject({ id });
  expect((await eventsOf(id)).at(-1)?.name).toBe("category.deleted");
  const list = await http("GET", "/lms/categories?limit=100", { as: world.learner });
  expect(list.body.data.map((one: { id: string }) => one.id)).not.toContain(id);
  expect((await remove(id)).status).toBe(404);
  expect(
    ok(await http("POST", "/lms/admin/categories", { as: world.admin, body: { name: "Passing" } }))
      .slug,
  ).toBe("passing");
});

it("refuses while it holds a category or a course, and names it", async () => {
  const parent = await create("Parent");
  await create("Child", parent);
  expect((await remove(parent)).body).toMatchObject({
    status: 409,
    code: "RULE_FAILED",
    detail: "This category holds “Child”; move what it holds first",
  });
  const filed = await create("Filed");
  await draftCourse(world, { course: { title: "Inside", categoryId: filed } });
  expect((await remove(filed)).body.detail).toContain("“Inside”");
});

it("leaves no course in a deleted category when both happen at once", async () => {
  for (let round = 0; round < 5; round++) {
    const id = await create(`Raced ${round}`);
    const body = { title: "Raced", type: "self-paced", level: "beginner", categoryId: id };
    const answers = await Promise.all([
      remove(id),
      http("POST", "/lms/instructor/courses", { as: world.instructor, body }),
    ]);
    expect([
      [200, 404],
      [409, 201],
    ]).toContainEqual(answers.map((one) => one.status));
    const lost = await rows(
      `SELECT c.id FROM lms_courses c JOIN lms_categories g ON g.id = c.category_id
       WHERE c.category_id = ? AND g.deleted_at IS NOT NULL`,
      id,
    );
    expect(lost).toEqual([]);
  }
});

it("is lms-admin's alone", async () => {
  const id = await create("Kept");
  for (const as of [world.instructor, world.orgAdmin, world.learner]) {
    expect((await remove(id, as)).status).toBe(403);
  }
});

it("answers for a foreign category as for a missing one", async () => {
  const other = await newOrganization();
  const foreign = await create("Theirs", null, other.admin);
  await expectForeignIsMissing(
    world,
    "lms.category.delete",
    (categoryId) => ({ categoryId }),
    foreign,
  );
});
