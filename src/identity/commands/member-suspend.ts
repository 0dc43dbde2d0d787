import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { refuse } from "../../kernel/error.ts";
import { event } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { found, revise } from "../../kernel/statement.ts";
import { prose } from "../../kernel/text.ts";
import { memberSuspended } from "../events.ts";
import { memberAnswer, presentMember, showMember, whileAnotherAdmin } from "../member.ts";
import { memberSuspendBy } from "../permissions.ts";
import { lmsMembers } from "../schema.ts";

/** No access to this organization from now on; what was learned is kept. */
export const memberSuspend = command({
  type: "lms.member.suspend",
  summary: "Suspend a member: no access to this organization, progress kept",
  input: z.strictObject({ learnerId: id, reason: prose(2_000).optional() }),
  output: memberAnswer,
  permission: memberSuspendBy,
  emits: [memberSuspended],
  refuses: ["RULE_FAILED", "INVALID_TRANSITION"],
  read: ({ db, input, actor }) => ({
    member: found("Learner", presentMember(db, actor.orgId, input.learnerId)),
  }),
  decide: ({ member }, { db, input, actor, now }) => {
    if (member.userId === actor.id) {
      return refuse("RULE_FAILED", "Nobody suspends oneself; ask another lms-admin");
    }
    if (member.suspendedAt !== null) {
      return refuse("INVALID_TRANSITION", "Member must not be suspended to suspend; it is", {
        more: { state: "suspended" },
      });
    }
    const set = { suspendedAt: now, suspendReason: input.reason ?? null };
    const { id: memberId, userId, version } = member;
    return {
      answer: showMember({ ...member, ...set, version: version + 1, updatedAt: now }),
      events: [event(memberSuspended, member, { memberId, userId })],
      writes: [whileAnotherAdmin(db, member), revise(db, lmsMembers, member, set, { now })],
    };
  },
});
