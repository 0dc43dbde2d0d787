import type { Registry } from "./kernel/context.ts";
import { VERSION } from "./version.ts";

const ENTITIES = [
  "Course",
  "CourseModule",
  "Enrollment",
  "ModuleProgress",
  "Assignment",
  "Submission",
  "Certificate",
  "Cohort",
  "LiveSession",
  "CourseReview",
  "Category",
] as const;

/** What this deployment is able to do, derived from its definitions. */
export const manifestOf = (registry: Registry) => ({
  id: "lms",
  name: "Learning Management System",
  description:
    "Courses, enrollments, progress, certificates, cohorts and live sessions on the edge",
  version: VERSION,
  entities: [...ENTITIES],
  events: [...registry.events.keys()].toSorted(),
  commands: [...registry.commands.keys()].toSorted(),
  queries: [...registry.queries.keys()].toSorted(),
  fsms: registry.contexts.flatMap((one) => one.machines?.map((machine) => machine.name) ?? []),
});
