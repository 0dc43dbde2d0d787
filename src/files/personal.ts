import { and, eq, sql } from "drizzle-orm";
import { personal } from "../kernel/personal.ts";
import { lmsFiles } from "./schema.ts";

/** What was uploaded for a course or a session is teaching, and stays where it is taught. */
export const personalFiles = personal({
  name: "files",
  table: lmsFiles,
  of: ({ orgId, userId }) => and(eq(lmsFiles.organizationId, orgId), eq(lmsFiles.ownerId, userId)),
  key: [lmsFiles.id],
  root: "file",
  export: {},
  erase: {
    blank: {
      name: "",
      deletedAt: sql`coalesce(deleted_at, cast(unixepoch('subsec') * 1000 as integer))`,
    },
    only: () =>
      sql`not exists (select 1 from lms_courses where lms_courses.id = attached_to)
        and not exists (select 1 from lms_live_sessions where lms_live_sessions.id = attached_to)`,
  },
  objects: ({ key }) => [String(key)],
});
