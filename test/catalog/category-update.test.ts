import { beforeAll, expect, it } from "vitest";
import {
  eventsOf,
  http,
  newOrganization,
  ok,
  rows,
  statuses,
  type World,
} from "../harness/world.ts";
import { expectForeignIsMissing } from "./refused.ts";

let world: World;
beforeAll(async () => {
  world = await newOrganization();
});

const create = async (name: string, parentId: string | null = null, as = world.admin) =>
  ok(await http("POST", "/lms/admin/categories", { as, body: { name, parentId } })).id as string;
const update = (id: string, body: unknown, as = world.admin) =>
  http("PATCH", `/lms/admin/categories/${id}`, { as, body });

it("changes what is given, and says which fields", async () => {
  const id = await create("Before");
  const answer = await update(id, { name: "After", status: "inactive" });
  expect(answer.body).toMatchObject({
    name: "After",
    slug: "before",
    status: "inactive",
    version: 2,
  });
  expect((await eventsOf(id)).at(-1)).toMatchObject({
    name: "category.updated",
    payload: { updatedFields: ["name", "status"] },
  });
});

it("never lies under itself, nor under what lies in it", async () => {
  const top = await create("Top");
  const middle = await create("Middle", top);
  const bottom = await create("Bottom", middle);
  for (const parentId of [top, middle, bottom]) {
    expect((await update(top, { parentId })).body).toMatchObject({
      status: 409,
      code: "RULE_FAILED",
    });
  }
  expect((await update(bottom, { parentId: top })).status).toBe(200);
  expect((await update(bottom, { parentId: null })).body.parentId).toBeNull();
});

it("closes no ring when two move under each other at once", async () => {
  for (let round = 0; round < 5; round++) {
    const [a, b] = [await create(`A${round}`), await create(`B${round}`)];
    const answers = await Promise.all([update(a, { parentId: b }), update(b, { parentId: a })]);
    expect(statuses(answers)).toEqual({ 200: 1, 409: 1 });
    const moved = await rows(
      "SELECT id FROM lms_categories WHERE id IN (?, ?) AND parent_id IS NOT NULL",
      a,
      b,
    );
    expect(moved).toHaveLength(1);
  }
});

it("refuses a taken slug, and a change of what was not seen", async () => {
  await create("Taken");
  const id = await create("Other");
  expect((await update(id, { slug: "taken" })).body).toMatchObject({ code: "DUPLICATE" });
  const stale = await http("PATCH", `/lms/admin/categories/${id}`, {
    as: world.admin,
    body: { name: "x" },
    headers: { "if-match": '"v7"' },
  });
  expect(stale.status).toBe(412);
});

it("is lms-admin's alone", async () => {
  const id = await create("Kept");
  for (const as of [world.instructor, world.orgAdmin, world.learner]) {
    expect((await update(id, { name: "x" }, as)).status).toBe(403);
  }
});

it("answers for a foreign category as for a missing one", async () => {
  const other = await newOrganization();
  const foreign = await create("Theirs", null, other.admin);
  const payload = (categoryId: string) => ({ categoryId, name: "x" });
  await expectForeignIsMissing(world, "lms.category.update", payload, foreign);
});
