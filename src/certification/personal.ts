import { and, eq } from "drizzle-orm";
import { personal } from "../kernel/personal.ts";
import { lmsCertificates } from "./schema.ts";
import { documentKeyOf } from "./tasks.ts";

/** A document goes whether its row knows of it or not: one may be on its way into the bucket. */
export const personalCertificates = personal({
  name: "certificates",
  table: lmsCertificates,
  of: ({ orgId, userId }) =>
    and(eq(lmsCertificates.organizationId, orgId), eq(lmsCertificates.learnerId, userId)),
  key: [lmsCertificates.id],
  root: "certificate",
  export: { hidden: ["documentKey", "revokedBy"] },
  erase: { blank: { documentKey: null, revokedReason: null } },
  objects: ({ id }, { orgId }) => [documentKeyOf(orgId, String(id))],
});
