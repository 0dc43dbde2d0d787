import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { drizzle } from "drizzle-orm/sqlite-proxy";
import { expect, test } from "vitest";
import { figuresReads } from "../../src/analytics/reads.ts";
import { figuresOfDay } from "../../src/analytics/snapshot.ts";
import type { Db, Statement } from "../../src/kernel/statement.ts";

const folder = join(import.meta.dirname, "..", "..", "migrations");
const database = new DatabaseSync(":memory:");
for (const name of readdirSync(folder).toSorted()) {
  database.exec(readFileSync(join(folder, name), "utf8"));
}
const db = drizzle(async () => ({ rows: [] })) as unknown as Db; // SAFETY: it only builds.
type Prepared = { getQuery(): { sql: string; params: unknown[] } };

/** How SQLite looks for rows of a table, as `INDEX name (columns)`; its last row it simply knows. */
function searchesOf(statement: Statement, table: string): string[] {
  // SAFETY: what drizzle's own batch calls on every statement, hidden from its types.
  const { sql, params } = (statement as unknown as { _prepare(): Prepared })._prepare().getQuery();
  const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...(params as never[]));
  return plan
    .map((step) => String(step.detail))
    .filter((detail) =>
      new RegExp(`^(SCAN|SEARCH) (${table}) .*INDEX|^SCAN ${table}`).test(detail),
    );
}

const statements = (): Statement[] => {
  const about = { db, now: Date.UTC(2030, 0, 1), orgId: "org", period: {} };
  const ofOrganization = figuresReads(about, "organization");
  const ofCourse = figuresReads(about, { courseId: "course" });
  return [
    ...figuresOfDay(db, "org", { day: "2030-01-01", from: 0, until: 1 }),
    ofOrganization.transitions,
    ofOrganization.learning,
    ofCourse.transitions,
    ofCourse.learning,
  ];
};

test("a day's events are found by organization, type and place in the log, never by a scan of it", () => {
  const searches = statements().flatMap((one) => searchesOf(one, "domain_event_log"));
  expect(searches.length).toBeGreaterThan(0);
  for (const search of searches) {
    expect(search).toMatch(
      /INDEX domain_event_log_by_name \(organization_id=\? AND event_name=\? AND seq[<>]/,
    );
  }
});

test("the learners of a day are found by the day, never among all days", () => {
  const searches = statements().flatMap((one) => searchesOf(one, "one"));
  expect(searches.length).toBeGreaterThan(0);
  for (const search of searches) {
    expect(search).toMatch(
      /INDEX lms_learning_days_by_(day \(organization_id=\? AND day|course \(organization_id=\? AND course_id=\? AND day)[=>]/,
    );
  }
});
