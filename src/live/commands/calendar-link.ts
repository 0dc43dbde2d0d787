import { sql } from "drizzle-orm";
import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { EVERY_MEMBER } from "../../kernel/permission.ts";
import { iso, shownInstant } from "../../kernel/time.ts";
import { lmsCalendarLinks } from "../schema.ts";
import { newTicket } from "../ticket.ts";

/** A new link is the end of the one before: there is one a member, and only its hash is kept. */
export const calendarLink = command({
  type: "lms.calendar.link",
  summary: "Make or renew the secret link to one's sessions as a calendar",
  input: z.strictObject({}),
  output: z.object({
    path: z
      .string()
      .nullable()
      .describe(
        "What a calendar subscribes to, under this deployment's origin; shown once, null in a replayed answer",
      ),
    createdAt: shownInstant,
  }),
  statuses: [201],
  permission: { action: "calendar:link", any: EVERY_MEMBER },
  feature: "enableLiveSessions",
  emits: [],
  refuses: [],
  withoutSecret: (answer) => ({ ...answer, path: null }),
  read: () => ({}),
  decide: (_, { db, actor, now, id }) => {
    const { ticket, tokenHash } = newTicket();
    return {
      answer: { path: `/lms/calendar/${ticket}.ics`, createdAt: iso(now) },
      writes: [
        db
          .insert(lmsCalendarLinks)
          .values({
            id: id(),
            organizationId: actor.orgId,
            memberId: actor.id,
            tokenHash,
            createdAt: now,
            updatedAt: now,
            deletedAt: null,
          })
          .onConflictDoUpdate({
            target: [lmsCalendarLinks.organizationId, lmsCalendarLinks.memberId],
            set: { tokenHash: sql`excluded.token_hash`, createdAt: now, updatedAt: now },
          }),
      ],
    };
  },
});
