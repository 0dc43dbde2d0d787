import { and, eq } from "drizzle-orm";
import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { EVERY_MEMBER } from "../../kernel/permission.ts";
import { lmsCalendarLinks } from "../schema.ts";

export const calendarUnlink = command({
  type: "lms.calendar.unlink",
  summary: "Revoke the secret link to one's calendar",
  input: z.strictObject({}),
  output: z.object({ createdAt: z.null() }),
  permission: { action: "calendar:unlink", any: EVERY_MEMBER },
  emits: [],
  refuses: [],
  read: () => ({}),
  decide: (_, { db, actor }) => ({
    answer: { createdAt: null },
    writes: [
      db
        .delete(lmsCalendarLinks)
        .where(
          and(
            eq(lmsCalendarLinks.organizationId, actor.orgId),
            eq(lmsCalendarLinks.memberId, actor.id),
          ),
        ),
    ],
  }),
});
