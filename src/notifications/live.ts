import { and, eq } from "drizzle-orm";
import type { ChannelMessage } from "../kernel/ports.ts";
import { type Db, isAnyOf, type RowOf } from "../kernel/statement.ts";
import { type LmsWsMessageType, learnerChannel } from "../live/statements.ts";
import { lmsNotifications } from "./schema.ts";

export const noticesAmong = (db: Db, orgId: string, ids: readonly string[]) =>
  db
    .select()
    .from(lmsNotifications)
    .where(and(eq(lmsNotifications.organizationId, orgId), isAnyOf(lmsNotifications.id, ids)));

type Notice = RowOf<ReturnType<typeof noticesAmong>>;
type Announcement = { id: string; body: string };

/** What a notice tells its recipient, who may be connected: that there is one, and an announcement's text. */
export function messagesOf(
  { id, organizationId: orgId, memberId, kind, payload, createdAt }: Notice,
  announcements: readonly Announcement[],
): ChannelMessage[] {
  const channel = learnerChannel(orgId, memberId);
  const told = (messageId: string, type: LmsWsMessageType, data: object): ChannelMessage => ({
    id: messageId,
    channel,
    type,
    data: { ...payload, ...data, orgId },
    timestamp: createdAt,
  });
  const notice = told(id, "notification:new", { notificationId: id, kind });
  const announcement = announcements.find((one) => one.id === payload.announcementId);
  return announcement
    ? [
        told(`${id} announcement`, "cohort:announcement", {
          notificationId: id,
          body: announcement.body,
        }),
        notice,
      ]
    : [notice];
}
