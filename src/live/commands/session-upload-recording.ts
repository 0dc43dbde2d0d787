import * as z from "zod";
import { attachFiles, filesById, unusableFile } from "../../files/statements.ts";
import { command } from "../../kernel/command.ts";
import { isRefusal, notFound } from "../../kernel/error.ts";
import { event } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { transition } from "../../kernel/machine.ts";
import { iso } from "../../kernel/time.ts";
import { sessionRecorded } from "../events.ts";
import { sessionMachine } from "../machine.ts";
import {
  changed,
  httpsUrl,
  namesOf,
  ownSession,
  readSession,
  sessionAnswer,
  sessionBy,
} from "../session.ts";

/** A file becomes the course's: whoever may read the course's files may watch it. */
export const sessionUploadRecording = command({
  type: "lms.session.uploadRecording",
  summary: "Give an ended session its recording, by address or by file",
  input: z
    .strictObject({ sessionId: id, recordingUrl: httpsUrl.optional(), fileId: id.optional() })
    .refine((input) => (input.recordingUrl === undefined) !== (input.fileId === undefined), {
      path: ["recordingUrl"],
      message: "Give either recordingUrl or fileId",
    }),
  output: sessionAnswer,
  permission: sessionBy("upload-recording"),
  feature: "enableLiveSessions",
  emits: [sessionRecorded],
  refuses: ["INVALID_TRANSITION"],
  revises: "session",
  read: ({ db, input, actor }) => ({
    ...readSession(db, actor.orgId, input.sessionId),
    files: filesById(db, actor.orgId, input.fileId ? [input.fileId] : []),
  }),
  own: ownSession,
  decide: ({ session, files }, { db, input, actor, now }) => {
    const step = transition(sessionMachine, session.status, "record-uploaded");
    if (isRefusal(step)) return step;
    const fileIds = input.fileId ? [input.fileId] : [];
    const missing = unusableFile(files, fileIds, actor, session.courseId);
    if (missing) return missing;
    const file = files[0];
    const recordingUrl = input.recordingUrl ?? (file && `/files/${file.key}`);
    if (recordingUrl === undefined) return notFound("File");
    const accepted = changed(
      db,
      session,
      { status: step.to, recordingUrl },
      {
        now,
        told: (next) =>
          event(sessionRecorded, session, {
            ...namesOf(next),
            recordingUrl,
            recordedAt: iso(now),
          }),
      },
    );
    return {
      ...accepted,
      writes: [...accepted.writes, ...attachFiles(db, actor.orgId, fileIds, session.courseId)],
    };
  },
});
