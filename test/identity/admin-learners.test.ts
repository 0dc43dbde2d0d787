import { beforeAll, describe, expect, it } from "vitest";
import { said } from "../harness/refusals.ts";
import { http, type Json, newOrganization, ok, rows, type World } from "../harness/world.ts";

let world: World;
beforeAll(async () => {
  world = await newOrganization();
});

const list = (rest = "", as = world.admin) => http("GET", `/lms/admin/learners?${rest}`, { as });
const names = async (rest: string, as = world.admin) =>
  ok(await list(rest, as)).data.map((one: Json) => one.displayName);
const rowsRead = (answer: { headers: Headers }): number =>
  Number(/trips (\d+) rows/.exec(answer.headers.get("server-timing") ?? "")?.[1]);

describe("the learners of an organization", () => {
  it("are listed the newest first, without those who only teach or administer", async () => {
    await world.newPerson("learner", "Ada");
    await world.newPerson("learner", "Григорий Петров");
    expect(await names("")).toEqual(["Григорий Петров", "Ada", "learner"]);
    expect(await names("", world.orgAdmin)).toHaveLength(3);
    expect(await names("limit=2&page=2")).toEqual(["learner"]);
  });

  it("are found by words of name or address, however they are written", async () => {
    await world.newPerson("learner", "Zoë Öğüt");
    const { id } = await world.newPerson("learner", "Nameless");
    expect(await names("search=zoe ogut")).toEqual(["Zoë Öğüt"]);
    expect(await names("search=ПЕТРОВ")).toEqual(["Григорий Петров"]);
    expect(await names(`search=${id}@people.test`)).toEqual(["Nameless"]);
    expect(await names("search=nobody")).toEqual([]);
    expect(await names("search=instructor")).toEqual([]);
  });

  it("are lms-admin's and org-admin's to see, and of no other organization", async () => {
    for (const as of [world.instructor, world.learner, world.reviewer]) {
      expect(said(await list("", as))).toMatchObject({
        status: 403,
        detail: "Permission denied: member:list",
      });
    }
    const other = await newOrganization();
    expect(await names("", other.admin)).toEqual(["learner"]);
  });
});

it.each([100, 3_000])(
  "reads as few rows for a page of %d learners, and a search under 1 000",
  async (count) => {
    const { orgId, admin } = await newOrganization();
    await rows(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
     INSERT INTO lms_members (id, organization_id, created_at, updated_at, version, user_id, display_name, roles, preferences)
     SELECT printf('0-%s-%06d', ?1, i), ?1, 0, 0, 0, printf('u-%s-%d', ?1, i), 'Person ' || (i % 50),
       iif(i % 2, '["learner"]', '["instructor"]'), '{}' FROM n`,
      orgId,
      count,
    );
    ok(await list("", admin));
    const page = await list("limit=20", admin);
    expect([page.trips, rowsRead(page) <= 130]).toEqual([1, true]);
    const seen: string[] = [];
    let cursor = "";
    do {
      const answer = await list(`limit=7&search=person 33${cursor}`, admin);
      const { data, nextCursor } = ok(answer);
      expect(rowsRead(answer)).toBeLessThanOrEqual(1_000);
      seen.push(...data.map((one: Json) => one.id));
      cursor = nextCursor === null ? "" : `&cursor=${nextCursor}`;
    } while (cursor !== "");
    expect([seen.length, new Set(seen).size]).toEqual([count / 50, count / 50]);
  },
);
