import { afterEach, expect, test } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import { newId } from "../../src/kernel/id.ts";
import { DAY, HOUR } from "../../src/kernel/time.ts";
import { runJob } from "../harness/jobs.ts";
import { advance, rows } from "../harness/world.ts";

const NOW = Date.UTC(2027, 3, 1, 3, 30);

afterEach(() => {
  clock.now = () => Date.now();
});

const many = (count: number, insert: string, ...values: unknown[]) =>
  rows(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count}) ${insert}`,
    ...values,
  );
const answers = (count: number, createdAt: number) =>
  many(
    count,
    `INSERT INTO lms_idempotency (organization_id, actor_id, command, key, request_hash, status, answer, created_at)
     SELECT ?1, 'a', 'c', i, 'h', 200, '{}', ?2 FROM n`,
    newId(),
    createdAt,
  );
const tasks = (count: number, state: string, updatedAt: number) =>
  many(
    count,
    `INSERT INTO lms_tasks (id, organization_id, kind, subject, state, step, payload, next_at, correlation_id, created_at, updated_at)
     SELECT ?1 || i, 'org', 'old', 's', ?2, 'one', '{}', 9e15, 'c', 1, ?3 FROM n`,
    newId(),
    state,
    updatedAt,
  );
const left = async (table: string, where: string): Promise<number> =>
  (await rows<{ count: number }>(`SELECT count(*) AS count FROM ${table} WHERE ${where}`))[0]
    ?.count ?? -1;

test("what is kept for a time alone goes when it is over, page by page, and nothing sooner", async () => {
  advance(NOW - clock.now());
  await answers(10_000, NOW - DAY - HOUR);
  await answers(3, NOW - DAY + HOUR);
  await tasks(700, "done", NOW - 31 * DAY);
  await tasks(2, "done", NOW - 29 * DAY);
  await tasks(2, "dead", NOW - 300 * DAY);
  for (const [id, at] of [
    ["spent", NOW - 1],
    ["good", NOW + HOUR],
  ] as const) {
    await rows(
      `INSERT INTO lms_tickets (id, organization_id, created_at, updated_at, token_hash, member_id, expires_at)
       VALUES (?1, 'org', 1, 1, ?1, 'm', ?2)`,
      id,
      at,
    );
  }
  await rows(
    `INSERT INTO lms_job_runs (id, job, due_at, origin, started_at, processed, failed)
     VALUES ('long ago', 'lms.retention', 9, 'schedule', ?1, 0, 0)`,
    NOW - 401 * DAY,
  );
  const run = await runJob("lms.retention");
  expect(run).toMatchObject({ processed: 10_702, failed: 0, pages: 51 });
  expect(run.rowsMax).toBeLessThan(6_000);
  expect(await left("lms_idempotency", "1")).toBe(3);
  expect(await left("lms_tasks", "kind = 'old'")).toBe(4);
  expect(await left("lms_tickets", "id = 'good'")).toBe(1);
  expect(await left("lms_tickets", "id = 'spent'")).toBe(0);
  expect(await left("lms_job_runs", "id = 'long ago'")).toBe(0);
  expect(await runJob("lms.retention")).toMatchObject({ processed: 0, pages: 1 });
}, 60_000);

test("after a missed day what fell due on both goes in one run, and the next finds nothing", async () => {
  advance(NOW + 3 * DAY - clock.now());
  await runJob("lms.retention");
  await answers(5, NOW + 3 * DAY);
  await answers(5, NOW + 4 * DAY);
  await answers(1, NOW + 5 * DAY);
  advance(NOW + 5 * DAY + HOUR - clock.now());
  expect(await runJob("lms.retention")).toMatchObject({ processed: 10, failed: 0 });
  expect(await runJob("lms.retention")).toMatchObject({ processed: 0 });
});
