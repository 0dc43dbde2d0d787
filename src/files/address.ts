import * as z from "zod";
import { type Refusal, refuse } from "../kernel/error.ts";
import type { Upload } from "../kernel/ports.ts";
import { UPLOAD_BYTES_MAX } from "./file.ts";
import { mayRead, mayUpload } from "./signature.ts";

const BAD_SIGNATURE = refuse(
  "INVALID_SIGNATURE",
  "This address is wrong or too old; ask for a new one where you got it",
);
export const TAKEN = refuse(
  "DUPLICATE",
  "This file has been uploaded already; upload another as a new one",
);

const wrongBytes = (path: string, message: string): Refusal =>
  refuse("VALIDATION_FAILED", message, { errors: [{ path, message }] });
export const wrongType = ({ contentType }: Upload): Refusal =>
  wrongBytes("content-type", `Send it with Content-Type: ${contentType}`);
export const wrongSize = ({ size }: Upload): Refusal =>
  wrongBytes("content-length", `The file has to have the ${size} bytes announced`);
export const wrongHash = (): Refusal =>
  wrongBytes("sha256", "The bytes are not those whose SHA-256 was announced");

const uploadParams = z.object({
  size: z.coerce.number().int().min(1).max(UPLOAD_BYTES_MAX),
  type: z.string(),
  sha256: z.string(),
  expires: z.coerce.number().int(),
  signature: z.string(),
});
const readParams = z.object({
  name: z.string(),
  expires: z.coerce.number().int(),
  signature: z.string(),
});

/** What an address says in its query string; `key` is undefined where its path is not well-formed. */
type Address = { key: string | undefined; query: unknown };
type Check = { sign(message: string): Promise<string>; now: number };

/** The upload that an address was signed for. */
export async function uploadAt({ key, query }: Address, check: Check): Promise<Upload | Refusal> {
  const params = uploadParams.safeParse(query);
  if (key === undefined || !params.success) return BAD_SIGNATURE;
  const { size, type: contentType, sha256, expires: expiresAt, signature } = params.data;
  const upload = { key, size, contentType, sha256 };
  return (await mayUpload({ ...upload, expiresAt }, { ...check, signature }))
    ? upload
    : BAD_SIGNATURE;
}

/** The name under which a signed address opens its key; undefined where nobody signed it. */
export async function signedReadAt(
  { key, query }: { key: string; query: unknown },
  check: Check,
): Promise<{ name: string } | undefined | Refusal> {
  const params = readParams.safeParse(query);
  if (!params.success) return undefined;
  const { name, expires: expiresAt, signature } = params.data;
  return (await mayRead({ key, name, expiresAt }, { ...check, signature }))
    ? { name }
    : BAD_SIGNATURE;
}
