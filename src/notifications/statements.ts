import type { NewTask } from "../kernel/task.ts";
import { newTask } from "../kernel/task.ts";
import { type Audience, tellAudience } from "./audience-tasks.ts";
import type { NewNotice, NoticeKind } from "./notice.ts";
import { notice } from "./notice.ts";
import { NOTICES_MAX, tellNotices } from "./notice-tasks.ts";
import { notificationsMail } from "./tasks.ts";
import type { Mail } from "./templates.ts";

export type { Audience } from "./audience-tasks.ts";
export type { NewNotice, NoticeKind } from "./notice.ts";
export {
  isTold,
  isTriggered,
  SEND_TAKEN,
  type TriggerKey,
  thresholdsPulled,
  triggerOf,
  triggersPulled,
} from "./sends.ts";
export { languageOf, type Mail } from "./templates.ts";
export { type Language, languageOfLocale } from "./words.ts";

/** A mail that another context wants sent; `subject` is the id of the person or thing it is about. */
export const mailWanted = (subject: string, payload: Mail): NewTask =>
  newTask(notificationsMail, { subject, payload });

/**
 * Members that are to be told. Whoever was told before under the same key (kind, subject, recipient,
 * threshold, due time) is passed over, and so is who has left, is suspended or was erased.
 */
export function noticesWanted(kind: NoticeKind, wanted: readonly NewNotice[]): NewTask[] {
  const notices = wanted.map((one) => notice.parse(one));
  const tasks: NewTask[] = [];
  for (let from = 0; from < notices.length; from += NOTICES_MAX) {
    const some = notices.slice(from, from + NOTICES_MAX);
    const payload = { kind, notices: some };
    tasks.push(newTask(tellNotices, { subject: some[0]?.subject ?? "", payload }));
  }
  return tasks;
}

/** The same for all of an audience, which is walked by pages. */
export const audienceToTell = (
  kind: NoticeKind,
  audience: Audience,
  wanted: Omit<NewNotice, "recipientId">,
): NewTask =>
  newTask(tellAudience, {
    subject: wanted.subject,
    payload: {
      kind,
      audience,
      notice: notice.omit({ recipientId: true }).parse(wanted),
      after: null,
    },
  });
