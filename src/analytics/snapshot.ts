import { type SQL, sql } from "drizzle-orm";
import { loggedBetween } from "../events/statements.ts";
import type { Db, Statement } from "../kernel/statement.ts";
import { LEARNING_FIGURES, learningByDay } from "../learning/statements.ts";
import type { Day } from "./day.ts";
import { lmsDailyFigures } from "./schema.ts";
import { TRANSITION_TYPES, TRANSITIONS, transitionCounts } from "./transition.ts";

/**
 * The figures of an organization's day, of each course and in all, out of what the log and the learners' days
 * hold of it. Rows are written whole, so that a second run writes the same, and none passes through the
 * Worker. The organization's own row is written for a day without events too: it says that the day is counted.
 */
export const figuresOfDay = (db: Db, orgId: string, day: Day): Statement[] =>
  (["course", "organization"] as const).flatMap((by) => [
    enrollmentsOfDay(db, orgId, day, by),
    learningOfDay(db, orgId, day, by),
  ]);

type By = "course" | "organization";

const into = (columns: readonly (keyof typeof lmsDailyFigures.$inferInsert)[]) => {
  const names = columns.map((one) => sql.identifier(lmsDailyFigures[one].name));
  const columnsInOrder = sql.join([...KEY, ...names], sql`, `);
  const written = [sql.identifier(lmsDailyFigures.endsAt.name), ...names].map(
    (name) => sql`${name} = excluded.${name}`,
  );
  return (rows: SQL): SQL => sql`insert into ${lmsDailyFigures} (${columnsInOrder}) ${rows}
    on conflict (organization_id, course_id, day) do update set ${sql.join(written, sql`, `)}`;
};
const KEY = (["organizationId", "courseId", "day", "endsAt"] as const).map((one) =>
  sql.identifier(lmsDailyFigures[one].name),
);

function enrollmentsOfDay(db: Db, orgId: string, day: Day, by: By): Statement {
  const course = by === "course" ? sql`payload ->> '$.courseId'` : sql`''`;
  return db.all(
    into(TRANSITIONS)(sql`select ${orgId}, ${course}, ${day.day}, ${day.until}, ${transitionCounts}
      from domain_event_log where ${loggedBetween(orgId, TRANSITION_TYPES, day)}
      ${by === "course" ? sql`group by ${course}` : sql``}`),
  );
}

function learningOfDay(db: Db, orgId: string, day: Day, by: By): Statement {
  const days = sql`one.day = ${day.day}`;
  return db.all(
    into(LEARNING_FIGURES)(sql`select ${orgId}, course_id, day, ${day.until}, active_learners,
      new_in_month, time_spent_sec, modules_completed from (${learningByDay(orgId, { days, by })})
      where true`),
  );
}
