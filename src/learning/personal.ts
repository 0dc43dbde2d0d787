import { and, eq, sql } from "drizzle-orm";
import { enrollmentIdsOfLearner } from "../enrollment/statements.ts";
import { personal } from "../kernel/personal.ts";
import { lmsLearningDays, lmsModuleProgress, lmsSectionProgress } from "./schema.ts";

export const personalModuleProgress = personal({
  name: "moduleProgress",
  table: lmsModuleProgress,
  of: ({ orgId, userId }) =>
    and(
      eq(lmsModuleProgress.organizationId, orgId),
      sql`${lmsModuleProgress.enrollmentId} in ${enrollmentIdsOfLearner(orgId, userId)}`,
    ),
  key: [lmsModuleProgress.enrollmentId, lmsModuleProgress.moduleId],
  export: {},
  erase: { kept: "Figures about a learner whose name is gone" },
});

export const personalSectionProgress = personal({
  name: "sectionProgress",
  table: lmsSectionProgress,
  of: ({ orgId, userId }) =>
    and(
      eq(lmsSectionProgress.organizationId, orgId),
      sql`${lmsSectionProgress.enrollmentId} in ${enrollmentIdsOfLearner(orgId, userId)}`,
    ),
  key: [lmsSectionProgress.enrollmentId, lmsSectionProgress.sectionId],
  export: {},
  erase: { blank: { interactions: null } },
});

export const personalLearningDays = personal({
  name: "learningDays",
  table: lmsLearningDays,
  of: ({ orgId, userId }) =>
    and(eq(lmsLearningDays.organizationId, orgId), eq(lmsLearningDays.learnerId, userId)),
  key: [lmsLearningDays.day, lmsLearningDays.courseId],
  export: {},
  erase: { kept: "Figures about a learner whose name is gone" },
});
