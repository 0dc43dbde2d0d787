import { env, exports } from "cloudflare:workers";
import { expect, test } from "vitest";
import { databases, newMeter } from "../../src/cloudflare/d1.ts";
import { logReads } from "../../src/events/log-window.ts";
import { newId } from "../../src/kernel/id.ts";
import {
  http,
  type Json,
  newOrganization,
  ORIGIN,
  ok,
  type Person,
  rows,
} from "../harness/world.ts";

const MINUTE = 60_000;
/** The log's times rise with its order: each seeding goes on where the last one ended. */
let clock = Date.UTC(2026, 0, 1);

type Seed = { name?: string; actor?: string; correlation?: string; root?: string; at?: number };

/** Rows of the log as commands leave them, a minute apart unless said otherwise. */
async function seeded(orgId: string, seeds: readonly Seed[]): Promise<number> {
  const start = clock;
  clock += (seeds.length + 10) * MINUTE;
  const list = seeds.map((seed, at) => [
    newId(),
    seed.name ?? "course.updated",
    seed.root ?? newId(),
    seed.actor ?? "somebody",
    seed.correlation ?? "c",
    start + (seed.at ?? at * MINUTE),
  ]);
  await rows(
    `INSERT INTO domain_event_log (event_id, event_name, version, kind, aggregate_type, aggregate_id,
      aggregate_version, organization_id, actor_type, actor_id, correlation_id, payload, metadata, occurred_at, settled_at)
     SELECT value ->> '$[0]', value ->> '$[1]', 1, 'domain', 'course', value ->> '$[2]',
      key + 1, ?1, 'human', value ->> '$[3]', value ->> '$[4]', '{"n":' || key || '}', '{}', value ->> '$[5]', value ->> '$[5]'
     FROM json_each(?2)`,
    orgId,
    JSON.stringify(list),
  );
  return start;
}

const listed = async (as: Person, search: string) =>
  ok(await http("GET", `/lms/admin/events?${search}`, { as }));
const numbers = ({ data }: Json): number[] => data.map((one: Json) => one.payload.n);

test("each filter finds its events alone, in both orders", async () => {
  const { admin, orgId } = await newOrganization();
  await seeded(orgId, [
    { name: "course.created", actor: "ann", correlation: "one", root: "r1" },
    { name: "course.updated", actor: "bob", correlation: "one", root: "r1" },
    { name: "enrollment.created", actor: "ann", correlation: "two", root: "r2" },
    { name: "course.updated", actor: "ann", correlation: "three", root: "r1" },
  ]);
  expect(numbers(await listed(admin, ""))).toEqual([3, 2, 1, 0]);
  expect(numbers(await listed(admin, "order=oldest"))).toEqual([0, 1, 2, 3]);
  expect(numbers(await listed(admin, "type=course.updated"))).toEqual([3, 1]);
  expect(numbers(await listed(admin, "type=course.*"))).toEqual([3, 1, 0]);
  expect(numbers(await listed(admin, "type=lms.*"))).toEqual([3, 2, 1, 0]);
  expect(numbers(await listed(admin, "actorId=ann&order=oldest"))).toEqual([0, 2, 3]);
  expect(numbers(await listed(admin, "correlationId=one"))).toEqual([1, 0]);
  expect(numbers(await listed(admin, "aggregateType=course&aggregateId=r1"))).toEqual([3, 1, 0]);
  expect(numbers(await listed(admin, "aggregateType=course&aggregateId=r1&actorId=ann"))).toEqual([
    3, 0,
  ]);
  expect(numbers(await listed(admin, "correlationId=one&actorId=ann&type=course.*"))).toEqual([0]);
});

test("since is included and until is not, even where clocks of Workers differed by seconds", async () => {
  const { admin, orgId } = await newOrganization();
  const even = [0, 1, 2, 3, 4, 5].map((minute) => minute * MINUTE);
  const skewed = even.with(2, 2 * MINUTE + 70_000).with(3, 3 * MINUTE - 20_000);
  const start = await seeded(
    orgId,
    skewed.map((at) => ({ at })),
  );
  const iso = (index: number) => new Date(start + (skewed[index] ?? 0)).toISOString();
  expect(numbers(await listed(admin, `since=${iso(2)}&order=oldest`))).toEqual([2, 4, 5]);
  expect(numbers(await listed(admin, `since=${iso(3)}&until=${iso(5)}&order=oldest`))).toEqual([
    2, 3, 4,
  ]);
  expect(numbers(await listed(admin, `until=${iso(1)}`))).toEqual([0]);
  expect(numbers(await listed(admin, "since=2030-01-01T00:00:00Z"))).toEqual([]);
  expect(numbers(await listed(admin, "until=2020-01-01T00:00:00Z"))).toEqual([]);
});

test("pages joined by their cursors are the whole log, none twice, with two filters and a thin match too", async () => {
  const { admin, orgId } = await newOrganization();
  const seeds = Array.from({ length: 2_300 }, (_, n) => ({
    actor: n % 400 === 7 ? "rare" : "often",
    correlation: "c",
  }));
  await seeded(orgId, seeds);
  const walk = async (search: string) => {
    const seen: number[] = [];
    let pages = 0;
    for (let cursor: string | null = ""; cursor !== null; pages++) {
      const page = await listed(admin, `${search}${cursor === "" ? "" : `&cursor=${cursor}`}`);
      seen.push(...numbers(page));
      cursor = page.nextCursor;
    }
    return { seen, pages };
  };
  const whole = await walk("limit=100&order=oldest");
  expect(whole.seen).toEqual(seeds.map((_, n) => n));
  const thin = await walk("actorId=rare&correlationId=c&order=oldest");
  expect(thin.seen).toEqual([7, 407, 807, 1207, 1607, 2007]);
  expect(thin.pages).toBe(3);
});

test("what D1 reads for a page does not grow with the log", async () => {
  const read = async (events: number) => {
    const { orgId } = await newOrganization();
    const start = await seeded(
      orgId,
      Array.from({ length: events }, (_, n) => ({
        actor: n % 3 === 0 ? "a" : "b",
        name: n % 5 === 0 ? "x.y" : "z.y",
      })),
    );
    const middle = start + Math.floor(events / 2) * MINUTE;
    const filters = [
      {},
      { actorId: "a" },
      { type: "x.y" },
      { correlationId: "c" },
      { since: middle },
      { until: middle },
    ];
    const figures: Record<string, number> = {};
    for (const filter of filters) {
      for (const order of ["newest", "oldest"] as const) {
        const meter = newMeter();
        const { db, batch } = databases(env.DB, meter, undefined).for("primary");
        const { entries } = logReads(db, orgId, { ...filter, order, limit: 20 });
        const [found] = await batch([entries]);
        expect(found).toHaveLength(21);
        figures[`${JSON.stringify(Object.keys(filter))} ${order}`] = meter.rows;
      }
    }
    return figures;
  };
  const few = await read(200);
  const many = await read(5_000);
  for (const [what, figure] of [...Object.entries(few), ...Object.entries(many)]) {
    expect([what, figure <= 4 * 20 + 50 ? "few rows" : figure]).toEqual([what, "few rows"]);
  }
});

test("the log streams as NDJSON, a line an event, past the length of a page", async () => {
  const { admin, orgId } = await newOrganization();
  await seeded(
    orgId,
    Array.from({ length: 250 }, () => ({})),
  );
  const answer = await exports.default.fetch(`${ORIGIN}/lms/admin/events?order=oldest&limit=3`, {
    headers: { authorization: `Bearer ${admin.key}`, accept: "application/x-ndjson" },
  });
  expect(answer.headers.get("content-type")).toBe("application/x-ndjson");
  const lines = new TextDecoder()
    .decode(await answer.arrayBuffer())
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.map((one) => one.payload.n)).toEqual(Array.from({ length: 250 }, (_, n) => n));
  expect(lines[0]).toMatchObject({ type: "course.updated", orgId, aggregateVersion: 1 });
});

test("only lms-admin reads the log, and of its own organization alone", async () => {
  const world = await newOrganization();
  const stranger = await newOrganization();
  await seeded(world.orgId, [{}]);
  for (const person of [world.orgAdmin, world.instructor, world.reviewer, world.learner]) {
    for (const path of ["/lms/admin/events", "/lms/admin/dead-letters"]) {
      const answer = await http("GET", path, { as: person });
      expect([answer.status, answer.body.code]).toEqual([403, "PERMISSION_DENIED"]);
    }
  }
  expect((await http("GET", "/lms/admin/events")).status).toBe(400);
  expect((await listed(stranger.admin, "order=oldest")).data).toEqual([]);
  expect((await listed(stranger.admin, "correlationId=c")).data).toEqual([]);
});

test("a filter that says half of what it needs is refused with its path", async () => {
  const { admin } = await newOrganization();
  const half = await http("GET", "/lms/admin/events?aggregateType=course", { as: admin });
  expect([half.status, half.body.errors]).toEqual([
    400,
    [{ path: "aggregateId", message: "aggregateType and aggregateId go together" }],
  ]);
  for (const search of [
    "type=COURSE",
    "type=%25",
    "since=yesterday",
    "order=up",
    "cursor=x",
    "seq=1",
  ]) {
    const answer = await http("GET", `/lms/admin/events?${search}`, { as: admin });
    expect([search, answer.status, answer.body.code]).toEqual([search, 400, "VALIDATION_FAILED"]);
  }
});
