import * as z from "zod";
import { iso, MINUTE, SECOND, shownInstant } from "../kernel/time.ts";
import { FILE_PURPOSES } from "./schema.ts";
import type { FileRow } from "./statements.ts";

export const UPLOAD_SECONDS = (15 * MINUTE) / SECOND;

/** What a Worker takes as one body, in bytes. */
export const UPLOAD_BYTES_MAX = 100_000_000;
const PICTURE_BYTES_MAX = 10_000_000;

/** Pictures that every browser shows, and that hold no script. */
const PICTURES: Readonly<Record<string, string>> = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/gif": "gif",
  "image/webp": "webp",
  "image/avif": "avif",
};

const PUBLIC = ["thumbnail", "picture"] as const;
type Purpose = (typeof FILE_PURPOSES)[number];

/** Thumbnails and pictures alone are everybody's. */
export const isPublicPurpose = (purpose: string): boolean =>
  (PUBLIC as readonly string[]).includes(purpose);

export const mediaType = z
  .string()
  .trim()
  .toLowerCase()
  .max(100)
  .regex(/^[a-z0-9][\w.+-]*\/[a-z0-9][\w.+-]*$/, "A media type, as application/pdf")
  .describe("Media type without parameters");

export const sha256 = z
  .string()
  .toLowerCase()
  .regex(/^[0-9a-f]{64}$/, "SHA-256 of the bytes: 64 hexadecimal digits");

export const fileName = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}/\\]+$/u, "A file's name, without a path");

/** What is wrong with a picture for all, by field. */
export function pictureFault({
  purpose,
  contentType,
  size,
}: {
  purpose: Purpose;
  contentType: string;
  size: number;
}): { path: "contentType" | "size"; message: string } | undefined {
  if (!isPublicPurpose(purpose)) return undefined;
  if (!Object.hasOwn(PICTURES, contentType)) {
    return {
      path: "contentType",
      message: `A ${purpose} is one of ${Object.keys(PICTURES).join(", ")}`,
    };
  }
  return size > PICTURE_BYTES_MAX
    ? { path: "size", message: `A ${purpose} has at most ${PICTURE_BYTES_MAX} bytes` }
    : undefined;
}

/** Never used again for other bytes: so a public one may be kept for a year. */
export const keyOf = (file: {
  organizationId: string;
  purpose: Purpose;
  id: string;
  sha256: string;
  contentType: string;
}): string => {
  const ending = PICTURES[file.contentType];
  const name = `${file.sha256.slice(0, 16)}${ending ? `.${ending}` : ""}`;
  return `${file.organizationId}/${file.purpose}/${file.id}/${name}`;
};

/** The organization and the purpose that a key says by itself. */
export function placeOf(key: string): { orgId: string; purpose: string } {
  const [orgId = "", purpose = ""] = key.split("/");
  return { orgId, purpose };
}

export const fileAnswer = z.object({
  id: z.string(),
  name: z.string(),
  contentType: z.string(),
  size: z.int(),
  sha256: z.string(),
  purpose: z.enum(FILE_PURPOSES),
  status: z.enum(["pending", "ready"]),
  key: z.string(),
  createdAt: shownInstant,
  version: z.int(),
});

export const showFile = (row: FileRow): z.infer<typeof fileAnswer> => ({
  id: row.id,
  name: row.name,
  contentType: row.contentType,
  size: row.size,
  sha256: row.sha256,
  purpose: row.purpose,
  status: row.status,
  key: row.key,
  createdAt: iso(row.createdAt),
  version: row.version,
});
