import * as z from "zod";
import { isSwitchable, KINDS } from "./kinds.ts";
import { NOTICE_KINDS, type NoticeKind } from "./notice.ts";

// SAFETY: at least one kind may be switched off.
export const SWITCHABLE = NOTICE_KINDS.filter(isSwitchable) as [NoticeKind, ...NoticeKind[]];

/** The name under which a member's preferences keep whether a kind is mailed. */
export const mailPreference = (kind: NoticeKind): string => `email.${kind}`;

type Preferences = Readonly<Record<string, unknown>>;

export function isMailWished(kind: NoticeKind, preferences: Preferences): boolean {
  const { mail } = KINDS[kind];
  if (mail === "always") return true;
  const said = preferences[mailPreference(kind)];
  return typeof said === "boolean" ? said : mail === "on";
}

/** Whether a notice is mailed too: a reminder only shortly before its time. */
export const isMailed = (kind: NoticeKind, threshold: number, preferences: Preferences): boolean =>
  threshold <= (KINDS[kind].mailWithinMinutes ?? Number.POSITIVE_INFINITY) &&
  isMailWished(kind, preferences);

const channel = z.object({
  enabled: z.boolean(),
  locked: z.boolean().describe("Cannot be switched off"),
});
export const shownPreferences = z
  .object({
    data: z.array(
      z.object({
        kind: z.enum(NOTICE_KINDS),
        channels: z.object({ inApp: channel, email: channel }),
      }),
    ),
  })
  .meta({ id: "NotificationPreferences" });

export const showPreferences = (preferences: Preferences): z.infer<typeof shownPreferences> => ({
  data: NOTICE_KINDS.map((kind) => ({
    kind,
    channels: {
      inApp: { enabled: true, locked: true },
      email: { enabled: isMailWished(kind, preferences), locked: !isSwitchable(kind) },
    },
  })),
});
