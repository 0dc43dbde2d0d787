import * as z from "zod";
import { fileById } from "../../files/statements.ts";
import { command } from "../../kernel/command.ts";
import { id } from "../../kernel/id.ts";
import { found } from "../../kernel/statement.ts";
import { newTask } from "../../kernel/task.ts";
import {
  type OlxImportRow,
  olxImportAnswer,
  olxImportBy,
  ownFile,
  showOlxImport,
  unfinished,
} from "../olx-import.ts";
import { lmsOlxImports } from "../olx-schema.ts";
import { olxImportTask } from "../olx-tasks.ts";

export const olxImport = command({
  type: "lms.openedx.olx.import",
  summary: "Make a draft course of an uploaded OLX bundle; what cannot be mapped is listed",
  input: z.strictObject({ fileId: id.describe("One's own upload: a tar.gz") }),
  output: olxImportAnswer,
  statuses: [202],
  permission: olxImportBy,
  emits: [],
  refuses: ["NOT_READY"],
  read: ({ db, input, actor }) => ({
    file: found("File", fileById(db, actor.orgId, input.fileId)),
  }),
  own: ownFile,
  decide: ({ file }, { db, actor, now, id: newId }) => {
    const row: OlxImportRow = {
      id: newId(),
      organizationId: actor.orgId,
      fileId: file.id,
      requestedBy: actor.id,
      state: "pending",
      progressPercent: 0,
      courseId: null,
      issues: [],
      completedAt: null,
      createdAt: now,
      updatedAt: now,
      deletedAt: null,
    };
    const payload = { stored: [], taken: 0 };
    return (
      unfinished(file) ?? {
        answer: showOlxImport(row),
        writes: [db.insert(lmsOlxImports).values(row)],
        tasks: [newTask(olxImportTask, { subject: row.id, payload })],
      }
    );
  },
});
