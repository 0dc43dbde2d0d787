import { and, eq } from "drizzle-orm";
import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { event } from "../../kernel/event.ts";
import { found } from "../../kernel/statement.ts";
import { fileUploaded } from "../events.ts";
import { fileAnswer, showFile } from "../file.ts";
import { lmsFiles } from "../schema.ts";
import { fileByKey } from "../statements.ts";

export const uploadFinish = command({
  type: "lms.upload.finish",
  summary: "The bytes of an upload are there; the store says so, nobody else may",
  input: z.strictObject({ key: z.string().min(1).max(500) }),
  output: fileAnswer,
  permission: { action: "file:finish" },
  emits: [fileUploaded],
  refuses: [],
  read: ({ db, input, actor }) => ({
    file: found("File", fileByKey(db, actor.orgId, input.key)),
  }),
  decide: ({ file }, { db, now }) => {
    if (file.status === "ready") return { answer: showFile(file) };
    const ready = { status: "ready" as const, version: file.version + 1, updatedAt: now };
    const { id: fileId, ownerId, purpose, contentType, size } = file;
    return {
      answer: showFile({ ...file, ...ready }),
      events: [event(fileUploaded, file, { fileId, ownerId, purpose, contentType, size })],
      writes: [
        db
          .update(lmsFiles)
          .set(ready)
          .where(and(eq(lmsFiles.organizationId, file.organizationId), eq(lmsFiles.id, file.id))),
      ],
    };
  },
});
