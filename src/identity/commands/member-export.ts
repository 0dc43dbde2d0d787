import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { refuse } from "../../kernel/error.ts";
import { event } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { found, maybe, revise } from "../../kernel/statement.ts";
import { newTask } from "../../kernel/task.ts";
import { memberExported } from "../events.ts";
import { type ExportRow, exportAnswer, pendingExport, showExport } from "../export.ts";
import { memberExportTask } from "../export-task.ts";
import { memberExportBy } from "../permissions.ts";
import { memberRow } from "../profile.ts";
import { lmsExports, lmsMembers } from "../schema.ts";

/** Whoever asks for it is in the log; the file is made by a task. */
export const memberExport = command({
  type: "lms.member.export",
  summary: "Have everything about a learner written into one JSON file",
  input: z.strictObject({ learnerId: id.optional().describe("The caller, where absent") }),
  output: exportAnswer,
  statuses: [202],
  permission: memberExportBy,
  emits: [memberExported],
  refuses: ["DUPLICATE"],
  read: ({ db, input, actor }) => {
    const learnerId = input.learnerId ?? actor.id;
    return {
      member: found("Learner", memberRow(db, { orgId: actor.orgId, id: learnerId })),
      pending: maybe(pendingExport(db, actor.orgId, learnerId)),
    };
  },
  own: { member: ({ member }, actor) => member.userId === actor.id },
  decide: ({ member, pending }, { db, actor, now, id: newId }) => {
    if (pending) {
      return refuse(
        "DUPLICATE",
        "An export of this learner is being made; wait until it is ready",
        {
          more: { exportId: pending.id },
        },
      );
    }
    const { id: memberId, userId } = member;
    const row: ExportRow = {
      id: newId(),
      organizationId: actor.orgId,
      learnerId: userId,
      requestedBy: actor.id,
      state: "pending",
      partsDone: 0,
      partsTotal: 0,
      key: null,
      size: null,
      readyAt: null,
      expiresAt: null,
      createdAt: now,
      updatedAt: now,
      deletedAt: null,
    };
    const payload = memberExportTask.payload.parse({ learnerId: userId });
    return {
      answer: showExport(row),
      events: [event(memberExported, member, { memberId, userId, exportId: row.id })],
      writes: [db.insert(lmsExports).values(row), revise(db, lmsMembers, member, {}, { now })],
      tasks: [newTask(memberExportTask, { subject: row.id, payload })],
    };
  },
});
