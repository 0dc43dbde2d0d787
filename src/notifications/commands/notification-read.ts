import { and, eq, isNull, lte } from "drizzle-orm";
import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { notFound } from "../../kernel/error.ts";
import { id } from "../../kernel/id.ts";
import { EVERY_MEMBER } from "../../kernel/permission.ts";
import { isAnyOf } from "../../kernel/statement.ts";
import { iso, shownInstant } from "../../kernel/time.ts";
import { lmsNotifications } from "../schema.ts";

const IDS_MAX = 100;

/** One's own notices, one by one or all up to one of them. */
export const notificationRead = command({
  type: "lms.notification.read",
  summary: "Mark notices as read",
  input: z
    .strictObject({
      ids: z.array(id).min(1).max(IDS_MAX).optional(),
      upTo: id.optional().describe("This notice and every one before it"),
    })
    .refine(
      ({ ids, upTo }) => (ids === undefined) !== (upTo === undefined),
      "Send either ids or upTo",
    ),
  output: z.object({ readAt: shownInstant }),
  permission: { action: "notification:read", any: EVERY_MEMBER },
  emits: [],
  refuses: [],
  read: ({ db, input, actor }) => ({
    notices: db
      .select({ id: lmsNotifications.id })
      .from(lmsNotifications)
      .where(
        and(
          eq(lmsNotifications.organizationId, actor.orgId),
          eq(lmsNotifications.memberId, actor.id),
          isAnyOf(lmsNotifications.id, idsOf(input)),
        ),
      ),
  }),
  decide: ({ notices }, { db, input, actor, now }) => {
    if (notices.length < new Set(idsOf(input)).size) return notFound("Notification");
    return {
      answer: { readAt: iso(now) },
      writes: [
        db
          .update(lmsNotifications)
          .set({ readAt: now })
          .where(
            and(
              eq(lmsNotifications.organizationId, actor.orgId),
              eq(lmsNotifications.memberId, actor.id),
              isNull(lmsNotifications.readAt),
              input.upTo === undefined
                ? isAnyOf(lmsNotifications.id, idsOf(input))
                : lte(lmsNotifications.id, input.upTo),
            ),
          ),
      ],
    };
  },
});

const idsOf = ({
  ids,
  upTo,
}: {
  ids?: string[] | undefined;
  upTo?: string | undefined;
}): string[] => ids ?? (upTo === undefined ? [] : [upTo]);
