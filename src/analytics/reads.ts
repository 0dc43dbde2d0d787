import { and, eq, gte, lte, sql } from "drizzle-orm";
import { loggedBetween } from "../events/statements.ts";
import { settingsOfOrganization } from "../identity/statements.ts";
import type { QueryAsk } from "../kernel/query.ts";
import { type SettingsOverride, settingsOf } from "../kernel/settings.ts";
import { type Db, maybe } from "../kernel/statement.ts";
import { DAY, dateIn } from "../kernel/time.ts";
import { learningByDay } from "../learning/statements.ts";
import { addDays, DAYS_DEFAULT, DAYS_MAX, type PeriodInput } from "./day.ts";
import { QUARTER_MS, type Uncounted } from "./figures.ts";
import { revenueOf } from "./revenue.ts";
import { lmsCurrentFigures, lmsDailyFigures } from "./schema.ts";
import { TRANSITION_TYPES } from "./transition.ts";

/** So many days that no job has counted are looked up one by one; with the job running there are two. */
const UNCOUNTED_DAYS_MAX = 31;

type About = Pick<QueryAsk<PeriodInput>, "db" | "now"> & { orgId: string; period: PeriodInput };

/**
 * All that analytics of a course, or of the organization, are made of: the figures of now, the days that are
 * counted, and what the days since hold. The rows read grow with the period and with what is not counted yet.
 */
export function figuresReads(
  { db, now, orgId, period }: About,
  subject: { courseId: string } | "organization",
) {
  const courseId = subject === "organization" ? undefined : subject.courseId;
  const { first, last } = datesAskedFor(period, now);
  return {
    current: maybe(
      db
        .select()
        .from(lmsCurrentFigures)
        .where(
          and(
            eq(lmsCurrentFigures.organizationId, orgId),
            eq(lmsCurrentFigures.subjectType, courseId === undefined ? "organization" : "course"),
            eq(lmsCurrentFigures.subjectId, courseId ?? ""),
          ),
        ),
    ),
    settings: maybe(settingsOfOrganization(db, orgId)),
    counted: countedDays(db, orgId, courseId ?? "", { first, last }),
    revenue: revenueOf(db, orgId, courseId ?? "", { first, last }),
    transitions: transitionsSince(db, orgId, courseId, now),
    learning: learningSince(db, orgId, courseId, now),
  };
}

/** The organization's zone as its own settings and the deployment's have it. */
export const zoneOf = (
  own: OwnDefaults | undefined,
  { deployment }: { deployment: SettingsOverride },
): string => settingsOf(deployment, { defaults: own?.defaults ?? {} }).defaults.timeZone;

export type OwnDefaults = { defaults: SettingsOverride["defaults"] | null };

/** From the first of the month, for a month's learners are counted over the whole of it. */
function datesAskedFor({ startDate, endDate }: PeriodInput, now: number) {
  const today = dateIn(now, "UTC");
  const first = startDate ?? addDays(endDate ?? today, -DAYS_DEFAULT);
  return {
    first: `${first.slice(0, 8)}01`,
    last: endDate ?? addDays(startDate ?? today, DAYS_MAX),
  };
}

const countedDays = (
  db: Db,
  orgId: string,
  courseId: string,
  { first, last }: { first: string; last: string },
) => {
  const { organizationId: _, courseId: __, endsAt: ___, ...figures } = lmsDailyFigures;
  return db
    .select({
      day: figures.day,
      created: figures.created,
      reactivated: figures.reactivated,
      activated: figures.activated,
      completed: figures.completed,
      expired: figures.expired,
      cancelled: figures.cancelled,
      refunded: figures.refunded,
      activeLearners: figures.activeLearners,
      newInMonth: figures.newInMonth,
      timeSpentSec: figures.timeSpentSec,
      modulesCompleted: figures.modulesCompleted,
    })
    .from(lmsDailyFigures)
    .where(
      and(
        eq(lmsDailyFigures.organizationId, orgId),
        eq(lmsDailyFigures.courseId, courseId),
        gte(lmsDailyFigures.day, first),
        lte(lmsDailyFigures.day, last),
      ),
    );
};

/** Of the last day that is counted, which the organization's own row always tells. */
const lastCounted = (orgId: string, column: "day" | "ends_at") =>
  sql`(select ${sql.raw(column)} from lms_daily_figures where organization_id = ${orgId}
    and course_id = '' order by day desc limit 1)`;

function transitionsSince(db: Db, orgId: string, courseId: string | undefined, now: number) {
  const earliest = now - UNCOUNTED_DAYS_MAX * DAY;
  const from = sql`max(coalesce(${lastCounted(orgId, "ends_at")}, 0), ${earliest})`;
  return db.all<Uncounted["transitions"][number]>(
    sql`select event_name as type, cast(occurred_at / ${QUARTER_MS} as integer) as quarter,
      count(*) as count
    from domain_event_log where ${loggedBetween(orgId, TRANSITION_TYPES, { from })}
      ${courseId === undefined ? sql`` : sql`and payload ->> '$.courseId' = ${courseId}`}
    group by event_name, quarter`,
  );
}

function learningSince(db: Db, orgId: string, courseId: string | undefined, now: number) {
  const earliest = dateIn(now - UNCOUNTED_DAYS_MAX * DAY, "UTC");
  const days = sql`one.day > max(coalesce(${lastCounted(orgId, "day")}, ''), ${earliest})`;
  const learning = learningByDay(
    orgId,
    courseId === undefined ? { days, by: "organization" } : { days, by: "course", courseId },
  );
  return db.all<Uncounted["learning"][number]>(
    sql`select day, active_learners as activeLearners, new_in_month as newInMonth,
      time_spent_sec as timeSpentSec, modules_completed as modulesCompleted from (${learning})`,
  );
}
