import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, expect, test } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import { ONLINE_MS } from "../../src/cohorts/online.ts";
import { expectForeignIsMissing } from "../harness/refusals.ts";
import { advance, http, newOrganization, ok, type Person, query, rows } from "../harness/world.ts";
import { cohortOf, join, type Line, objectOf } from "./line.ts";

afterEach(() => {
  clock.now = () => Date.now();
});

const online = ({ cohortId }: Line, as: Person, page = "") =>
  http("GET", `/lms/cohorts/${cohortId}/online${page}`, { as });

const present = (line: Line, teller: string, ...userIds: string[]) =>
  objectOf(line).present({
    cohortId: line.cohortId,
    teller,
    people: userIds.map((userId) => ({ userId, name: `Name of ${userId}` })),
  });
const absent = ({ cohortId, ...line }: Line, teller: string, ...userIds: string[]) =>
  objectOf({ cohortId, ...line }).absent({ cohortId, teller, userIds });

async function joined(): Promise<Line> {
  const line = await cohortOf({ capacity: 3 });
  ok(await join(line, line.world.learner));
  return line;
}

test("who is connected is one, by however many gateways, until the last of them says otherwise", async () => {
  const line = await joined();
  const { learner } = line.world;
  await present(line, "gateway-1", "ada", "bo");
  await present(line, "gateway-2", "ada");
  expect(ok(await online(line, learner))).toMatchObject({
    count: 2,
    data: [
      { userId: "ada", name: "Name of ada" },
      { userId: "bo", name: "Name of bo" },
    ],
  });
  await absent(line, "gateway-1", "ada", "bo");
  expect(ok(await online(line, learner))).toMatchObject({ count: 1, data: [{ userId: "ada" }] });
  await absent(line, "gateway-2", "ada");
  expect(ok(await online(line, learner))).toMatchObject({ count: 0, data: [] });
});

test("a gateway that dies takes nobody's presence with it for longer than two minutes, and the names go too", async () => {
  const line = await joined();
  await present(line, "gateway-1", "ada", "bo");
  advance(ONLINE_MS / 2);
  await present(line, "gateway-1", "ada");
  await evictDurableObject(objectOf(line));
  advance(ONLINE_MS / 2);
  expect(ok(await online(line, line.world.learner))).toMatchObject({
    count: 1,
    data: [{ userId: "ada" }],
  });
  advance(ONLINE_MS / 2);
  expect(ok(await online(line, line.world.learner)).count).toBe(0);
  await runDurableObjectAlarm(objectOf(line));
  const kept = await runInDurableObject(objectOf(line), (_, { storage }) =>
    storage.sql.exec("SELECT * FROM online").toArray(),
  );
  expect(kept).toEqual([]);
});

test("they come a page at a time, and nothing of it is written to D1", async () => {
  const line = await joined();
  const count = async () =>
    (
      await rows(
        "SELECT count(*) AS n FROM domain_event_log WHERE organization_id = ?",
        line.world.orgId,
      )
    )[0]?.n;
  const before = await count();
  await present(line, "gateway-1", "ada", "bo", "cy");
  const first = ok(await online(line, line.world.learner, "?limit=2"));
  expect(first).toMatchObject({ count: 3, hasMore: true });
  const rest = await online(line, line.world.learner, `?limit=2&cursor=${first.nextCursor}`);
  expect(ok(rest)).toMatchObject({ data: [{ userId: "cy" }], count: 3, hasMore: false });
  const page = await online(line, line.world.learner, "?limit=2&page=2");
  expect(ok(page).data).toEqual(ok(rest).data);
  expect(await count()).toBe(before);
});

test("the cohort's learners and teachers see who is there, nobody else, and no other organization", async () => {
  const line = await joined();
  const { world } = line;
  for (const as of [world.learner, world.instructor, world.admin]) ok(await online(line, as));
  const stranger = await world.newPerson("learner");
  const otherTeacher = await world.newPerson("instructor");
  for (const as of [stranger, otherTeacher, world.reviewer, world.orgAdmin]) {
    expect((await online(line, as)).body.code).toBe("PERMISSION_DENIED");
  }
  const elsewhere = await newOrganization();
  await expectForeignIsMissing(line.cohortId, "Cohort", (id) =>
    query("lms.cohorts.online", { cohortId: id }, elsewhere.admin),
  );
});
