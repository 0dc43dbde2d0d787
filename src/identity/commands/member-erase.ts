import { and, eq } from "drizzle-orm";
import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { refuse } from "../../kernel/error.ts";
import { event } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { found, maybe, revise } from "../../kernel/statement.ts";
import { newTask } from "../../kernel/task.ts";
import { memberEraseTask } from "../erase-task.ts";
import { memberErased } from "../events.ts";
import { memberAnswer, onlyAdmin, showMember, whileAnotherAdmin } from "../member.ts";
import { memberEraseBy } from "../permissions.ts";
import { memberRow } from "../profile.ts";
import { lmsMembers, member as memberships } from "../schema.ts";

/** What the row says of a person; the id stays, which the rows of courses and the log point to. */
const NOBODY = {
  displayName: null,
  email: null,
  roles: [],
  locale: "en",
  timeZone: null,
  pictureKey: null,
  preferences: {},
  suspendedAt: null,
  suspendReason: null,
  lastActiveAt: null,
};

/** Access and name are gone with this batch; all else that is known of the person goes by a task. */
export const memberErase = command({
  type: "lms.member.erase",
  summary: "Erase a member: its name, its words, its files and its access, for good",
  input: z.strictObject({
    learnerId: id,
    confirm: z.string().max(320).describe("The learner's id or address, once more"),
  }),
  output: memberAnswer,
  statuses: [202],
  permission: memberEraseBy,
  emits: [memberErased],
  refuses: ["RULE_FAILED"],
  read: ({ db, input, actor }) => ({
    member: found("Learner", memberRow(db, { orgId: actor.orgId, id: input.learnerId })),
    onlyAdmin: maybe(onlyAdmin(db, actor.orgId, input.learnerId)),
  }),
  decide: ({ member, onlyAdmin }, { db, input, actor, now }) => {
    const named = input.confirm.trim().toLowerCase();
    if (named !== member.userId.toLowerCase() && named !== member.email?.toLowerCase()) {
      return refuse("VALIDATION_FAILED", "Confirm whom you erase", {
        errors: [{ path: "confirm", message: "Send the learner's id or address once more" }],
      });
    }
    if (onlyAdmin) {
      return refuse("RULE_FAILED", "An organization keeps an lms-admin: name another first");
    }
    const { id: memberId, userId, email, version } = member;
    const erased = { ...NOBODY, deletedAt: now };
    return {
      answer: showMember({ ...member, ...erased, version: version + 1, updatedAt: now }),
      events: [event(memberErased, member, { memberId, userId })],
      writes: [
        whileAnotherAdmin(db, member),
        db
          .delete(memberships)
          .where(and(eq(memberships.organizationId, actor.orgId), eq(memberships.userId, userId))),
        revise(db, lmsMembers, member, erased, { now }),
      ],
      tasks: [
        newTask(memberEraseTask, {
          subject: userId,
          payload: { email, part: null, after: null, again: false },
        }),
      ],
    };
  },
});
