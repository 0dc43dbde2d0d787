import * as z from "zod";
import { memberUpdated } from "../../identity/events.ts";
import { preferencesMerged, preferencesOf } from "../../identity/statements.ts";
import { command } from "../../kernel/command.ts";
import { EVERY_MEMBER } from "../../kernel/permission.ts";
import { found } from "../../kernel/statement.ts";
import type { NoticeKind } from "../notice.ts";
import { mailPreference, SWITCHABLE, shownPreferences, showPreferences } from "../preferences.ts";

/** Kinds that cannot be switched off are no fields of the input. */
export const notificationPrefer = command({
  type: "lms.notification.prefer",
  summary: "Choose which notices one also gets by mail",
  input: z.strictObject({
    email: z
      .strictObject(
        // SAFETY: one entry of each of SWITCHABLE.
        Object.fromEntries(SWITCHABLE.map((kind) => [kind, z.boolean().optional()])) as Record<
          NoticeKind,
          z.ZodOptional<z.ZodBoolean>
        >,
      )
      .describe("By kind, whether it is mailed"),
  }),
  output: shownPreferences,
  permission: { action: "notification:prefer", any: EVERY_MEMBER },
  emits: [memberUpdated],
  refuses: [],
  read: ({ db, actor }) => ({
    member: found("Member", preferencesOf(db, actor.orgId, actor.id)),
  }),
  decide: ({ member }, { db, input, now }) => {
    const said = SWITCHABLE.flatMap((kind) => {
      const wish = input.email[kind];
      return wish === undefined ? [] : [[mailPreference(kind), wish] as const];
    });
    const { preferences, ...rest } = preferencesMerged(db, member, Object.fromEntries(said), now);
    return { answer: showPreferences(preferences), ...rest };
  },
});
