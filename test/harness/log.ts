import { expect } from "vitest";
import { rows } from "./world.ts";

/** Where each root's row stands, by the name that the log has for it. */
const TABLES = {
  course: "lms_courses",
  category: "lms_categories",
  enrollment: "lms_enrollments",
  assignment: "lms_assignments",
  submission: "lms_submissions",
  certificate: "lms_certificates",
  cohort: "lms_cohorts",
  session: "lms_live_sessions",
  payment: "lms_payments",
  review: "lms_course_reviews",
} as const;

/** Every root's version is the number of its last event, no number is missing, and no event is without a root. */
export async function assertLogAgrees(orgId: string): Promise<void> {
  for (const [root, table] of Object.entries(TABLES)) {
    const apart = await rows(
      `SELECT one.id, one.version, count(log.seq) AS events, max(log.aggregate_version) AS last
       FROM ${table} one LEFT JOIN domain_event_log log
         ON log.aggregate_type = ?2 AND log.aggregate_id = one.id AND log.aggregate_version IS NOT NULL
       WHERE one.organization_id = ?1 GROUP BY one.id
       HAVING one.version IS NOT max(log.aggregate_version) OR count(log.seq) IS NOT max(log.aggregate_version)`,
      orgId,
      root,
    );
    expect(apart, `${table} and the log`).toEqual([]);
    const orphans = await rows(
      `SELECT event_name, aggregate_id FROM domain_event_log
       WHERE organization_id = ?1 AND aggregate_type = ?2 AND aggregate_id NOT IN (SELECT id FROM ${table})`,
      orgId,
      root,
    );
    expect(orphans, `events of ${root} without a row`).toEqual([]);
  }
}
