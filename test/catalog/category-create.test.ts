import { beforeAll, expect, it } from "vitest";
import { eventsOf, http, newOrganization, ok, type World } from "../harness/world.ts";
import { expectForeignIsMissing } from "./refused.ts";

let world: World;
beforeAll(async () => {
  world = await newOrganization();
});

const create = (body: unknown, as = world.admin) =>
  http("POST", "/lms/admin/categories", { as, body });

it("makes a category with a slug out of its name", async () => {
  const answer = await create({ name: "Наука и техника", position: 3 });
  expect(answer.status).toBe(201);
  expect(answer.body).toMatchObject({
    slug: "nauka-i-tehnika",
    parentId: null,
    position: 3,
    status: "active",
    version: 1,
  });
  expect(await eventsOf(answer.body.id)).toMatchObject([{ name: "category.created", version: 1 }]);
});

it("refuses a slug that another category has, and makes another one by itself", async () => {
  ok(await create({ name: "Art", slug: "art" }));
  expect((await create({ name: "Arts", slug: "art" })).body).toMatchObject({ code: "DUPLICATE" });
  expect(ok(await create({ name: "Art" })).slug).toMatch(/^art-[0-9a-f]{6}$/);
});

it("lies at most 20 deep", async () => {
  let parentId: string | null = null;
  for (let depth = 0; depth < 20; depth++) {
    parentId = ok(await create({ name: `Level ${depth}`, parentId })).id;
  }
  expect((await create({ name: "Too deep", parentId })).body).toMatchObject({
    code: "RULE_FAILED",
  });
});

it("is lms-admin's alone", async () => {
  for (const as of [world.instructor, world.orgAdmin, world.reviewer, world.learner]) {
    expect((await create({ name: "Mine" }, as)).body).toMatchObject({
      status: 403,
      detail: "Permission denied: category:manage",
    });
  }
});

it("answers for a foreign parent as for a missing one", async () => {
  const other = await newOrganization();
  const foreign = ok(await create({ name: "Theirs" }, other.admin));
  const payload = (parentId: string) => ({ name: "Under", parentId });
  await expectForeignIsMissing(world, "lms.category.create", payload, foreign.id);
});
