import type { Envelope } from "../kernel/event.ts";
import type { Effects } from "../kernel/listener.ts";
import type { NewNotice, NoticeKind } from "./notice.ts";
import { type Audience, audienceToTell, noticesWanted } from "./statements.ts";

type Told = Omit<NewNotice, "subject" | "eventId">;

/** One recipient is told of an event, under the event's own key. */
export const toldByEvent = (
  kind: NoticeKind,
  { id }: Pick<Envelope, "id">,
  told: Told,
): Effects => ({ tasks: noticesWanted(kind, [{ ...told, subject: id, eventId: id }]) });

/** An audience is told of an event; `key` is a reminder's, where the event may come again for the same. */
export const audienceToldByEvent = (
  kind: NoticeKind,
  { id }: Pick<Envelope, "id">,
  audience: Audience,
  { key = { subject: id }, ...told }: Omit<Told, "recipientId"> & { key?: Key },
): Effects => ({
  tasks: [audienceToTell(kind, audience, { ...told, ...key, eventId: id })],
});
type Key = { subject: string; threshold?: number; dueAt?: number };
