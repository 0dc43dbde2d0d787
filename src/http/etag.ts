import { type Refusal, refuse } from "../kernel/error.ts";

/** `"v3"` of an entity's version. */
export function etagOf(answer: unknown): string | null {
  const version = (answer as { version?: unknown } | null)?.version;
  return typeof version === "number" ? `"v${version}"` : null;
}

/** The version of an If-Match; undefined where there is none, or `*`. */
export function versionOf(header: string | undefined): number | undefined | Refusal {
  if (header === undefined || header.trim() === "*") return undefined;
  const match = /^(?:W\/)?"v(\d{1,15})"$/.exec(header.trim());
  return match
    ? Number(match[1])
    : refuse("STALE_VERSION", 'If-Match takes the ETag of a GET, as "v3"');
}

export const matches = (header: string | undefined, etag: string | null): boolean =>
  header?.split(",").some((one) => one.trim().replace(/^W\//, "") === etag) ?? false;
