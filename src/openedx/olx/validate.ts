import { type Archive, readArchive } from "./archive.ts";
import { BundleCheck } from "./check.ts";
import type { ValidationIssue } from "./issue.ts";

/** Any archive held against the rules of a bundle. */
export async function validated(stream: ReadableStream<Uint8Array>): Promise<ValidationIssue[]> {
  const archive = await readArchive(stream);
  return "fault" in archive ? [archive.fault] : issuesOf(archive);
}

export function issuesOf({ texts, others }: Archive): ValidationIssue[] {
  const check = new BundleCheck();
  for (const path of others.keys()) check.addStatic(path);
  for (const [path, bytes] of texts) check.add(path, bytes);
  return check.finish();
}
