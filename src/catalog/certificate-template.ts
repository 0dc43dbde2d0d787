import * as z from "zod";
import { id } from "../kernel/id.ts";
import { line, prose } from "../kernel/text.ts";

/** How a course's certificates look; `body` may hold {learner}, {course} and {date}. */
export const certificateTemplate = z.strictObject({
  title: line(120).optional(),
  body: prose(1_000).optional(),
  signatories: z
    .array(z.strictObject({ name: line(120), role: line(120) }))
    .max(4)
    .optional(),
  logoFileId: id.optional().describe("PNG or JPEG, up to 1 MiB"),
});

export type CertificateTemplate = z.infer<typeof certificateTemplate>;
