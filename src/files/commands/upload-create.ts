import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { EVERY_MEMBER } from "../../kernel/permission.ts";
import { iso, shownInstant } from "../../kernel/time.ts";
import {
  fileAnswer,
  fileName,
  keyOf,
  mediaType,
  pictureFault,
  sha256,
  showFile,
  UPLOAD_BYTES_MAX,
  UPLOAD_SECONDS,
} from "../file.ts";
import { FILE_PURPOSES, lmsFiles } from "../schema.ts";
import type { FileRow } from "../statements.ts";

/** A file is no root's change before its bytes are there: no event. */
export const uploadCreate = command({
  type: "lms.upload.create",
  summary: "Get an address that takes one file; PUT exactly the bytes described here to it",
  input: z
    .strictObject({
      name: fileName,
      contentType: mediaType,
      size: z.int().min(1).max(UPLOAD_BYTES_MAX, `At most ${UPLOAD_BYTES_MAX} bytes`),
      sha256,
      purpose: z.enum(FILE_PURPOSES).default("course"),
    })
    .superRefine((input, ctx) => {
      const fault = pictureFault(input);
      if (fault) ctx.addIssue({ code: "custom", path: [fault.path], message: fault.message });
    }),
  output: fileAnswer.extend({
    upload: z
      .object({
        method: z.literal("PUT"),
        url: z.string(),
        headers: z.record(z.string(), z.string()),
        expiresAt: shownInstant,
      })
      .optional(),
  }),
  statuses: [201],
  permission: { action: "file:upload", any: EVERY_MEMBER },
  emits: [],
  refuses: [],
  read: () => ({}),
  decide: (_, { db, input, actor, now, id }) => {
    const about = { ...input, id: id(), organizationId: actor.orgId };
    const file: FileRow = {
      ...about,
      key: keyOf(about),
      ownerId: actor.id,
      status: "pending",
      attachedTo: null,
      version: 0,
      createdAt: now,
      updatedAt: now,
      deletedAt: null,
    };
    return { answer: showFile(file), writes: [db.insert(lmsFiles).values(file)] };
  },
  shown: async (file, ports) => {
    const { url, expiresAt } = await ports.uploadUrl({ ...file, seconds: UPLOAD_SECONDS });
    const headers = { "content-type": file.contentType };
    return { ...file, upload: { method: "PUT" as const, url, headers, expiresAt: iso(expiresAt) } };
  },
});
