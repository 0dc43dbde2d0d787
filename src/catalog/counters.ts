import { and, asc, isNull, sql } from "drizzle-orm";
import { afterPosition, type Position } from "../kernel/page.ts";
import { type Db, isAnyOf, type Statement } from "../kernel/statement.ts";
import { lmsCourses } from "./schema.ts";

const learners = sql<number>`(select count(*) from lms_enrollments as e
  where e.organization_id = lms_courses.organization_id and e.course_id = lms_courses.id
  and e.status in ('active', 'completed'))`;
const shown = sql`from lms_course_reviews as r where r.course_id = lms_courses.id
  and r.status = 'visible' and r.deleted_at is null`;
const ratings = sql<number>`(select count(*) ${shown})`;
const average = sql<number | null>`(select avg(r.rating) ${shown})`;

/** A page of all organizations' courses, each with whether its counters agree with the rows. */
export const coursesCounted = (db: Db, cursor: Position | null, limit: number) =>
  db
    .select({
      id: lmsCourses.id,
      organizationId: lmsCourses.organizationId,
      agrees: sql<boolean>`(enrolled_count = ${learners} and rating_count = ${ratings}
        and abs(coalesce(rating_average, 0) - coalesce(${average}, 0)) < 0.000001)`
        .mapWith(Boolean)
        .as("agrees"),
    })
    .from(lmsCourses)
    .where(and(isNull(lmsCourses.deletedAt), afterPosition(cursor, [lmsCourses.id])))
    .orderBy(asc(lmsCourses.id))
    .limit(limit);

/** Sets the counters to what the rows say in that moment. */
export const countersCorrected = (db: Db, courseIds: readonly string[]): Statement =>
  db
    .update(lmsCourses)
    .set({ enrolledCount: learners, ratingCount: ratings, ratingAverage: average })
    .where(isAnyOf(lmsCourses.id, courseIds));
