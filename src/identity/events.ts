import * as z from "zod";
import { eventType, type PayloadOf } from "../kernel/event.ts";
import { id } from "../kernel/id.ts";

/** `fields` names what changed, never its content. */
export const memberUpdated = eventType(
  "member.updated",
  "member",
  z.object({
    memberId: id,
    userId: id,
    fields: z.array(
      z.enum(["displayName", "email", "roles", "locale", "timeZone", "preferences", "keys"]),
    ),
  }),
);

export type MemberField = z.infer<typeof memberUpdated.payload>["fields"][number];
export type MemberUpdatedPayload = PayloadOf<typeof memberUpdated>;

const ofMember = z.object({ memberId: id, userId: id });

/** The reason stays in the row. */
export const memberSuspended = eventType("member.suspended", "member", ofMember);
export type MemberSuspendedPayload = PayloadOf<typeof memberSuspended>;

export const memberUnsuspended = eventType("member.unsuspended", "member", ofMember);
export type MemberUnsuspendedPayload = PayloadOf<typeof memberUnsuspended>;

/** Whoever asked for it is the event's actor. */
export const memberExported = eventType(
  "member.exported",
  "member",
  ofMember.extend({ exportId: id }),
);
export type MemberExportedPayload = PayloadOf<typeof memberExported>;

export const memberErased = eventType("member.erased", "member", ofMember);
export type MemberErasedPayload = PayloadOf<typeof memberErased>;

/** `updatedFields` as `defaults.timeZone`. */
export const settingsUpdated = eventType(
  "settings.updated",
  "settings",
  z.object({ updatedFields: z.array(z.string()) }),
);
export type SettingsUpdatedPayload = PayloadOf<typeof settingsUpdated>;
