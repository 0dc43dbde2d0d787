import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { refuse } from "../../kernel/error.ts";
import { event } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { found, revise } from "../../kernel/statement.ts";
import { memberUnsuspended } from "../events.ts";
import { memberAnswer, presentMember, showMember } from "../member.ts";
import { memberSuspendBy } from "../permissions.ts";
import { lmsMembers } from "../schema.ts";

export const memberUnsuspend = command({
  type: "lms.member.unsuspend",
  summary: "Let a suspended member in again",
  input: z.strictObject({ learnerId: id }),
  output: memberAnswer,
  permission: { ...memberSuspendBy, action: "member:unsuspend" },
  emits: [memberUnsuspended],
  refuses: ["INVALID_TRANSITION"],
  read: ({ db, input, actor }) => ({
    member: found("Learner", presentMember(db, actor.orgId, input.learnerId)),
  }),
  decide: ({ member }, { db, now }) => {
    if (member.suspendedAt === null) {
      return refuse("INVALID_TRANSITION", "Member must be suspended to unsuspend; it is not", {
        more: { state: "active" },
      });
    }
    const set = { suspendedAt: null, suspendReason: null };
    const { id: memberId, userId, version } = member;
    return {
      answer: showMember({ ...member, ...set, version: version + 1, updatedAt: now }),
      events: [event(memberUnsuspended, member, { memberId, userId })],
      writes: [revise(db, lmsMembers, member, set, { now })],
    };
  },
});
