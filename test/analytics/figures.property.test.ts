import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { drizzle } from "drizzle-orm/sqlite-proxy";
import fc from "fast-check";
import { expect, test } from "vitest";
import { addDays, type Day, datesFrom, monthOf } from "../../src/analytics/day.ts";
import {
  type DayFigures,
  figuresByDay,
  NO_FIGURES,
  type Uncounted,
} from "../../src/analytics/figures.ts";
import { figuresReads } from "../../src/analytics/reads.ts";
import { figuresOfDay } from "../../src/analytics/snapshot.ts";
import type { EnrollmentRow } from "../../src/enrollment/statements.ts";
import { BUILT_IN } from "../../src/kernel/settings.ts";
import type { Db, Statement } from "../../src/kernel/statement.ts";
import { dateIn, endOfDate, HOUR, startOfDate } from "../../src/kernel/time.ts";
import { learnedToday } from "../../src/learning/writes.ts";

const folder = join(import.meta.dirname, "..", "..", "migrations");
const migrations = readdirSync(folder)
  .toSorted()
  .map((name) => readFileSync(join(folder, name), "utf8"));

const ORG = "org";
const COURSES = ["course-a", "course-b", "course-c"] as const;
const LEARNERS = ["ada", "bo", "cy", "di"] as const;
const TEACHERS = ["teacher-x", "teacher-y"] as const;
const ZONES = [
  "UTC",
  "Asia/Kolkata",
  "America/New_York",
  "Australia/Lord_Howe",
  "Pacific/Honolulu",
];

/** drizzle builds, SQLite runs: the statements are those of the product. */
const db = drizzle(async () => ({ rows: [] })) as unknown as Db; // SAFETY: it only builds.
type Row = Record<string, unknown>;
type Prepared = { getQuery(): { sql: string; params: unknown[] } };

function runner() {
  const database = new DatabaseSync(":memory:");
  for (const sql of migrations) database.exec(sql);
  const all = (sql: string, ...params: unknown[]): Row[] =>
    database.prepare(sql).all(...(params as never[])) as Row[];
  const run = (statement: Statement): Row[] => {
    // SAFETY: what drizzle's own batch calls on every statement, hidden from its types.
    const prepared = (statement as unknown as { _prepare(): Prepared })._prepare();
    const { sql, params } = prepared.getQuery();
    return all(sql, ...params.map((one) => (typeof one === "boolean" ? Number(one) : one)));
  };
  return { all, run };
}

type Act =
  | { do: "enroll" | "cancel" | "complete" | "expire" | "refund"; learner: number; course: number }
  | { do: "learn"; learner: number; course: number; seconds: number; pct: number; active: boolean }
  | { do: "rate"; learner: number; course: number; rating: number }
  | { do: "hand-over"; course: number; teacher: number };

const at = (of: readonly unknown[]) => fc.integer({ min: 0, max: of.length - 1 });
const who = { learner: at(LEARNERS), course: at(COURSES) };
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("enroll" as const), ...who }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom("cancel" as const, "complete", "expire", "refund"),
      ...who,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("learn" as const),
      ...who,
      seconds: fc.integer({ min: 0, max: 3_000 }),
      pct: fc.integer({ min: 0, max: 10_000 }).map((hundredths) => hundredths / 100),
      active: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("rate" as const),
      ...who,
      rating: fc.integer({ min: 1, max: 5 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("hand-over" as const),
      course: at(COURSES),
      teacher: at(TEACHERS),
    }),
  },
);
const story = fc.array(fc.tuple(act, fc.integer({ min: 1, max: 20 * 60 })), { maxLength: 60 });

/** What happened, as the test itself remembers it. */
type Fact = { at: number; course: string; learner: string } & Partial<
  Record<keyof DayFigures, number>
> & { active?: boolean };

function play(acts: readonly [Act, number][], zone: string, start: number) {
  const { all, run } = runner();
  const facts: Fact[] = [];
  const enrollments = new Map<string, Row>();
  let now = start;
  let seq = 0;
  for (const id of COURSES) {
    all(
      `INSERT INTO lms_courses (id, organization_id, created_at, updated_at, version, title, slug, instructor_id,
         status, type, level, learning_objectives, prerequisites)
       VALUES (?, ?, 0, 0, 1, 'T', ?, 'teacher-x', 'published', 'self-paced', 'beginner', '[]', '[]')`,
      id,
      ORG,
      id,
    );
  }
  const log = (name: string, learner: string, course: string) => {
    seq += 1;
    all(
      `INSERT INTO domain_event_log (event_id, event_name, version, kind, aggregate_type, aggregate_id,
         aggregate_version, organization_id, actor_type, actor_id, correlation_id, payload, metadata, occurred_at)
       VALUES (?, ?, 1, 'domain', 'enrollment', ?, ?, ?, 'human', ?, 'c', ?, '{}', ?)`,
      `e${seq}`,
      `enrollment.${name}`,
      `${learner}-${course}`,
      seq,
      ORG,
      learner,
      JSON.stringify({ courseId: course }),
      now,
    );
    facts.push({ at: now, course, learner, [name]: 1 });
  };
  const move = (row: Row, set: Row) => {
    Object.assign(row, set);
    const names = Object.keys(set);
    all(
      `UPDATE lms_enrollments SET ${names.map((name) => `${name} = ?`).join(", ")} WHERE id = ?`,
      ...Object.values(set),
      row.id,
    );
  };
  for (const [one, minutes] of acts) {
    now += minutes * 60_000;
    const course = COURSES[one.course] ?? COURSES[0];
    if (one.do === "hand-over") {
      all("UPDATE lms_courses SET instructor_id = ? WHERE id = ?", TEACHERS[one.teacher], course);
      continue;
    }
    const learner = LEARNERS[one.learner] ?? LEARNERS[0];
    const key = `${learner}-${course}`;
    const row = enrollments.get(key);
    const status = row?.status;
    switch (one.do) {
      case "enroll": {
        if (status === "active" || status === "completed") break;
        if (row) move(row, { status: "active", completion_pct: 0 });
        else {
          const fresh: Row = { id: key, status: "active", completion_pct: 0, activated_at: now };
          enrollments.set(key, fresh);
          all(
            `INSERT INTO lms_enrollments (id, organization_id, created_at, updated_at, version, learner_id, course_id,
               status, price_paid_amount, price_paid_currency, enrolled_at, activated_at, source)
             VALUES (?, ?, ?, ?, 1, ?, ?, 'active', 0, 'USD', ?, ?, 'self')`,
            ...[key, ORG, now, now, learner, course, now, now],
          );
        }
        log(row ? "reactivated" : "created", learner, course);
        log("activated", learner, course);
        break;
      }
      case "cancel":
      case "complete":
      case "expire":
      case "refund": {
        const open = status === "active" || (status === "completed" && one.do !== "expire");
        if (!row || !open || (one.do === "complete" && status === "completed")) break;
        const to = {
          cancel: "cancelled",
          complete: "completed",
          expire: "expired",
          refund: "refunded",
        }[one.do];
        move(row, { status: to });
        log(to, learner, course);
        break;
      }
      case "learn": {
        if (!row || (status !== "active" && status !== "completed")) break;
        const since = Number(row.reported_at ?? row.activated_at);
        const counted = Math.min(one.seconds, Math.floor((now - since) / 1_000));
        const settings = { ...BUILT_IN, defaults: { ...BUILT_IN.defaults, timeZone: zone } };
        const enrollment = { id: key, organizationId: ORG, learnerId: learner, courseId: course };
        run(
          learnedToday({ db, now, settings }, enrollment as EnrollmentRow, {
            active: one.active,
            reportedSec: one.seconds,
            modulesCompleted: 1,
          }),
        );
        move(row, {
          reported_at: now,
          completion_pct: Math.max(Number(row.completion_pct), one.pct),
        });
        facts.push({
          at: now,
          course,
          learner,
          active: one.active,
          timeSpentSec: counted,
          modulesCompleted: 1,
        });
        break;
      }
      case "rate":
        all(
          `UPDATE lms_courses SET rating_count = rating_count + 1,
             rating_average = (round(coalesce(rating_average, 0) * rating_count) + ?) / (rating_count + 1.0) WHERE id = ?`,
          one.rating,
          course,
        );
        break;
    }
  }
  return { all, run, facts, now };
}

/** The figures of a day, counted one by one. */
function recount(facts: readonly Fact[], zone: string, course: string | undefined) {
  const days = new Map<string, DayFigures>();
  const mine = facts.filter((one) => course === undefined || one.course === course);
  const seen = new Map<string, Set<string>>();
  const ofMonth = new Set<string>();
  for (const { at: instant, learner, course: _, active, ...figures } of mine) {
    const day = dateIn(instant, zone);
    const sum = days.get(day) ?? { ...NO_FIGURES };
    for (const [name, value] of Object.entries(figures)) sum[name as keyof DayFigures] += value;
    if (active) {
      const learners = seen.get(day) ?? new Set();
      if (!learners.has(learner)) sum.activeLearners += 1;
      seen.set(day, learners.add(learner));
      const month = `${monthOf(day)} ${learner}`;
      if (!ofMonth.has(month)) sum.newInMonth += 1;
      ofMonth.add(month);
    }
    days.set(day, sum);
  }
  return days;
}

const nonZero = (days: ReadonlyMap<string, DayFigures>) =>
  Object.fromEntries(
    [...days]
      .filter(([, figures]) => Object.values(figures).some((value) => value !== 0))
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );

const COLUMNS = `day, created, reactivated, activated, completed, expired, cancelled, refunded,
  active_learners AS activeLearners, new_in_month AS newInMonth, time_spent_sec AS timeSpentSec,
  modules_completed AS modulesCompleted`;

const dayOf = (day: string, zone: string): Day => ({
  day,
  from: startOfDate(day, zone),
  until: endOfDate(day, zone),
});

test("daily figures and the days not counted yet are a recount of what happened, in any zone and at any moment", () => {
  fc.assert(
    fc.property(
      story,
      fc.constantFrom(...ZONES),
      fc.constantFrom("2027-03-12", "2027-04-02", "2028-02-27", "2027-10-30"),
      fc.integer({ min: 0, max: 20 }),
      (acts, zone, date, counted) => {
        const start = startOfDate(date, zone);
        const { all, run, facts, now } = play(acts, zone, start);
        const today = dateIn(now, zone);
        const over = datesFrom(date, addDays(today, -1)).slice(0, counted);
        const snapshot = () => {
          for (const day of over) {
            for (const one of figuresOfDay(db, ORG, dayOf(day, zone))) run(one);
          }
        };
        snapshot();
        const stored = all("SELECT * FROM lms_daily_figures ORDER BY course_id, day");
        snapshot();
        expect(all("SELECT * FROM lms_daily_figures ORDER BY course_id, day")).toEqual(stored);

        for (const course of [undefined, ...COURSES]) {
          const subject = course === undefined ? ("organization" as const) : { courseId: course };
          const reads = figuresReads({ db, now, orgId: ORG, period: {} }, subject);
          const uncounted = {
            transitions: run(reads.transitions),
            learning: run(reads.learning),
          } as unknown as Uncounted; // SAFETY: the rows that these statements select.
          const rows = all(
            `SELECT ${COLUMNS} FROM lms_daily_figures WHERE organization_id = ? AND course_id = ?`,
            ORG,
            course ?? "",
          ) as unknown as ({ day: string } & DayFigures)[]; // SAFETY: as selected just above.
          const days = figuresByDay(rows, uncounted, zone);
          expect(nonZero(days)).toEqual(nonZero(recount(facts, zone, course)));
        }
      },
    ),
    { numRuns: 150 },
  );
});

test("the figures of now are a recount of the rows, whoever wrote them and whoever the course was handed to", () => {
  fc.assert(
    fc.property(story, (acts) => {
      const { all } = play(acts, "UTC", startOfDate("2028-02-27", "UTC") + HOUR);
      const recounted = (where: string, id: string) =>
        all(
          `SELECT coalesce(sum(one.status = 'active'), 0) AS active, coalesce(sum(one.status = 'completed'), 0) AS completed,
             coalesce(sum(one.status = 'expired'), 0) AS expired, coalesce(sum(one.status = 'cancelled'), 0) AS cancelled,
             coalesce(sum(one.status = 'refunded'), 0) AS refunded,
             coalesce(sum(one.status IN ('active', 'completed')), 0) AS enrolled,
             coalesce(sum((one.status IN ('active', 'completed')) * round(completion_pct * 100)), 0) AS progress
           FROM lms_enrollments one JOIN lms_courses course ON course.id = one.course_id WHERE ${where}`,
          ...(id === "" ? [] : [id]),
        )[0];
      const rated = (where: string, id: string) =>
        all(
          `SELECT count(*) AS courses, coalesce(sum(rating_count), 0) AS rating_count,
             coalesce(sum(round(coalesce(rating_average, 0) * rating_count)), 0) AS rating_sum
           FROM lms_courses course WHERE ${where}`,
          ...(id === "" ? [] : [id]),
        )[0];
      const kept = (type: string, id: string) =>
        all(
          `SELECT active, completed, expired, cancelled, refunded, enrolled, progress, courses, rating_count, rating_sum
           FROM lms_current_figures WHERE organization_id = ? AND subject_type = ? AND subject_id = ?`,
          ORG,
          type,
          id,
        )[0];
      for (const id of COURSES) {
        const where = "course.id = ?";
        expect(kept("course", id)).toEqual({ ...recounted(where, id), ...rated(where, id) });
      }
      for (const id of TEACHERS) {
        const where = "course.instructor_id = ?";
        const rows = { ...recounted(where, id), ...rated(where, id) };
        const none = Object.fromEntries(Object.keys(rows).map((name) => [name, 0]));
        expect(kept("instructor", id) ?? none).toEqual(rows);
      }
      expect(kept("organization", "")).toEqual({ ...recounted("1", ""), ...rated("1", "") });
    }),
    { numRuns: 150 },
  );
});
