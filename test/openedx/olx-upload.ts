import { newId } from "../../src/kernel/id.ts";
import { http, ok, type Person, rows } from "../harness/world.ts";

/** A bundle in the bucket, as its uploader's browser puts it there; gives its file's id. */
export async function uploadedBundle(of: Uint8Array, as: Person): Promise<string> {
  const bytes = new Uint8Array(of);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const about = { name: "course.tar.gz", contentType: "application/gzip", size: bytes.length };
  const file = ok(await http("POST", "/lms/uploads", { as, body: { ...about, sha256 } }));
  const { exports } = await import("cloudflare:workers");
  const put = await exports.default.fetch(file.upload.url, {
    method: "PUT",
    headers: { "content-type": "application/gzip" },
    body: bytes,
  });
  if (put.status !== 201) throw new Error(await put.text());
  return file.id;
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
