import * as z from "zod";
import { eventType, type PayloadOf } from "../kernel/event.ts";

/** No name of the file: it may hold a person's. */
export const fileUploaded = eventType(
  "file.uploaded",
  "file",
  z.object({
    fileId: z.string(),
    ownerId: z.string(),
    purpose: z.string(),
    contentType: z.string(),
    size: z.int(),
  }),
);

export type FileUploadedPayload = PayloadOf<typeof fileUploaded>;
