import { and, eq } from "drizzle-orm";
import { personal } from "../kernel/personal.ts";
import { lmsAnnouncements, lmsCohorts, lmsWaitingList } from "./schema.ts";

export const personalCohorts = personal({
  name: "cohortsTaught",
  table: lmsCohorts,
  of: ({ orgId, userId }) =>
    and(eq(lmsCohorts.organizationId, orgId), eq(lmsCohorts.instructorId, userId)),
  key: [lmsCohorts.id],
  export: { none: "A cohort is the organization's, whoever teaches it" },
  erase: { kept: "A cohort is the organization's; it names its instructor by id" },
});

export const personalAnnouncements = personal({
  name: "announcements",
  table: lmsAnnouncements,
  of: ({ orgId, userId }) =>
    and(eq(lmsAnnouncements.organizationId, orgId), eq(lmsAnnouncements.authorId, userId)),
  key: [lmsAnnouncements.id],
  export: {},
  erase: { kept: "What a cohort was told is the organization's; it names its author by id" },
});

export const personalWaits = personal({
  name: "waitingLists",
  table: lmsWaitingList,
  of: ({ orgId, userId }) =>
    and(eq(lmsWaitingList.organizationId, orgId), eq(lmsWaitingList.learnerId, userId)),
  key: [lmsWaitingList.courseId, lmsWaitingList.id],
  export: {},
  erase: { delete: true },
});
