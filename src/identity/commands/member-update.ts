import { and, eq } from "drizzle-orm";
import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { event } from "../../kernel/event.ts";
import { EVERY_MEMBER } from "../../kernel/permission.ts";
import { found } from "../../kernel/statement.ts";
import { line } from "../../kernel/text.ts";
import { timeZone } from "../../kernel/time.ts";
import { type MemberField, memberUpdated } from "../events.ts";
import { locale, memberRow, preferences, profile, profileOf } from "../profile.ts";
import { lmsMembers } from "../schema.ts";

/** One's own profile. `preferences` are merged by name; null takes a name away. */
export const memberUpdate = command({
  type: "lms.member.update",
  summary: "Change one's own profile",
  input: z.strictObject({
    displayName: line(200).optional(),
    locale: locale.optional(),
    timeZone: timeZone.nullable().optional(),
    preferences: preferences.optional(),
  }),
  output: profile,
  permission: { action: "member:update", any: EVERY_MEMBER },
  emits: [memberUpdated],
  refuses: [],
  revises: "member",
  read: ({ db, actor }) => ({ member: found("Member", memberRow(db, actor)) }),
  decide: ({ member }, { db, input, actor, now }) => {
    const merged = { ...member.preferences, ...input.preferences };
    const next = {
      displayName: input.displayName ?? member.displayName,
      locale: input.locale ?? member.locale,
      timeZone: input.timeZone === undefined ? member.timeZone : input.timeZone,
      preferences: Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null)),
    };
    const fields: MemberField[] = (["displayName", "locale", "timeZone"] as const).filter(
      (name) => next[name] !== member[name],
    );
    if (JSON.stringify(next.preferences) !== JSON.stringify(member.preferences)) {
      fields.push("preferences");
    }
    if (fields.length === 0) return { answer: profileOf(member) };
    const changed = { ...member, ...next, version: member.version + 1, updatedAt: now };
    return {
      answer: profileOf(changed),
      events: [event(memberUpdated, member, { memberId: member.id, userId: actor.id, fields })],
      writes: [
        db
          .update(lmsMembers)
          .set({ ...next, version: changed.version, updatedAt: now })
          .where(and(eq(lmsMembers.id, member.id), eq(lmsMembers.organizationId, actor.orgId))),
      ],
    };
  },
});
