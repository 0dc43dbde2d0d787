import { z } from "zod";
import { line, prose } from "../kernel/text.ts";

/** Pixels along one side: a larger PNG with transparency would be unpacked beyond a Worker's memory. */
const maxLogoSidePx = 2048;

const logo = z
  .strictObject({
    bytes: z
      .instanceof(Uint8Array)
      .refine((bytes) => bytes.length <= 1024 * 1024, "A logo may have at most 1 MiB."),
    contentType: z.enum(["image/png", "image/jpeg"]),
  })
  .refine(isPicture, "The logo is not a picture of its content type, or is too large.");

/** What a course says about the look of its certificates; `body` may hold {learner}, {course} and {date}. */
export const certificateTemplate = z.strictObject({
  title: line(120).optional(),
  body: prose(1_000).optional(),
  signatories: z
    .array(z.strictObject({ name: line(120), role: line(120) }))
    .max(4)
    .optional(),
  logo: logo.optional(),
});

export type CertificateTemplate = z.infer<typeof certificateTemplate>;

function isPicture({ bytes, contentType }: { bytes: Uint8Array; contentType: string }): boolean {
  if (contentType === "image/jpeg") return startsWith(bytes, [0xff, 0xd8, 0xff]);
  if (!startsWith(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return false;
  if (bytes.length < 33) return false;
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sides = [header.getUint32(16), header.getUint32(20)];
  return sides.every((side) => side > 0 && side <= maxLogoSidePx);
}

function startsWith(bytes: Uint8Array, signature: number[]): boolean {
  return signature.every((byte, index) => bytes[index] === byte);
}
