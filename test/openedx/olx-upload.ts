import { newId } from "../../src/kernel/id.ts";
import { http, type Json, ORIGIN, ok, type Person, rows } from "../harness/world.ts";

type About = { name: string; contentType: string; purpose?: string };
const BUNDLE: About = { name: "course.tar.gz", contentType: "application/gzip" };

/** A bundle in the bucket, as its uploader's browser puts it there; gives its file's id. */
export const uploadedBundle = async (of: Uint8Array, as: Person): Promise<string> =>
  (await uploadedFile(of, as, BUNDLE)).id;

export async function uploadedFile(of: Uint8Array, as: Person, about: About): Promise<Json> {
  const bytes = new Uint8Array(of);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const body = { ...about, size: bytes.length, sha256 };
  const file = ok(await http("POST", "/lms/uploads", { as, body }));
  const { exports } = await import("cloudflare:workers");
  const put = await exports.default.fetch(file.upload.url, {
    method: "PUT",
    headers: { "content-type": about.contentType },
    body: bytes,
  });
  if (put.status !== 201) throw new Error(await put.text());
  return file;
}

/** A course's bundle as it is downloaded. */
export async function downloadedBundle(
  courseId: string,
  as: Person,
): Promise<Uint8Array<ArrayBuffer>> {
  const { exports } = await import("cloudflare:workers");
  const answer = await exports.default.fetch(`${ORIGIN}/lms/openedx/courses/${courseId}/olx`, {
    headers: { authorization: `Bearer ${as.key}` },
  });
  if (answer.status !== 200) throw new Error(await answer.text());
  return new Uint8Array(await answer.arrayBuffer());
}

/** An import that has ended, as the history has it. */
export async function olxImport(orgId: string, requestedBy: string): Promise<string> {
  const id = newId();
  await rows(
    `INSERT INTO lms_olx_imports (id, organization_id, created_at, updated_at, file_id,
       requested_by, state, progress_percent, issues, completed_at)
     VALUES (?, ?, 0, 0, 'f', ?, 'failed', 10, '[]', 5)`,
    id,
    orgId,
    requestedBy,
  );
  return id;
}
