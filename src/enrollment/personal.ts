import { and, eq } from "drizzle-orm";
import { personal } from "../kernel/personal.ts";
import { lmsEnrollments } from "./schema.ts";

export const personalEnrollments = personal({
  name: "enrollments",
  table: lmsEnrollments,
  of: ({ orgId, userId }) =>
    and(eq(lmsEnrollments.organizationId, orgId), eq(lmsEnrollments.learnerId, userId)),
  key: [lmsEnrollments.id],
  root: "enrollment",
  export: { hidden: ["invitedBy"] },
  erase: { blank: { cancelReason: null } },
});
