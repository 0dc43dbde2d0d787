import { and, eq } from "drizzle-orm";
import { personal } from "../kernel/personal.ts";
import { lmsOlxImports } from "./olx-schema.ts";

export const personalOlxImports = personal({
  name: "courseImports",
  table: lmsOlxImports,
  of: ({ orgId, userId }) =>
    and(eq(lmsOlxImports.organizationId, orgId), eq(lmsOlxImports.requestedBy, userId)),
  key: [lmsOlxImports.id],
  export: {},
  erase: { kept: "Says of a course where it came from; whose id it names is nobody's any more" },
});
