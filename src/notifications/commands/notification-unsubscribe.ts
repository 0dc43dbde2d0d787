import * as z from "zod";
import { memberUpdated } from "../../identity/events.ts";
import { preferencesMerged, preferencesOf } from "../../identity/statements.ts";
import { command } from "../../kernel/command.ts";
import { id } from "../../kernel/id.ts";
import { found } from "../../kernel/statement.ts";
import { mailPreference, SWITCHABLE } from "../preferences.ts";

/** What a mail's own link does, its signature standing for the member; a member may do it by name. */
export const notificationUnsubscribe = command({
  type: "lms.notification.unsubscribe",
  summary: "End the mails of one kind",
  input: z.strictObject({ memberId: id, kind: z.enum(SWITCHABLE) }),
  output: z.object({ kind: z.enum(SWITCHABLE), enabled: z.literal(false) }),
  permission: { action: "notification:unsubscribe", own: ["member"] },
  emits: [memberUpdated],
  refuses: [],
  read: ({ db, input, actor }) => ({
    member: found("Member", preferencesOf(db, actor.orgId, input.memberId)),
  }),
  own: { member: ({ member }, actor) => member.userId === actor.id },
  decide: ({ member }, { db, input: { kind }, now }) => {
    const said = { [mailPreference(kind)]: false };
    const { events, writes } = preferencesMerged(db, member, said, now);
    return { answer: { kind, enabled: false as const }, events, writes };
  },
});
