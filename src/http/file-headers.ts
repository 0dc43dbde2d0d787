import type { StoredFile } from "../kernel/ports.ts";

/** Types that a browser may show by itself: none of them runs a script in our origin. */
const SHOWN =
  /^(?:image\/(?:png|jpeg|gif|webp|avif)|video\/[\w.+-]+|audio\/[\w.+-]+|application\/pdf|text\/(?:plain|vtt))$/;
const MARKUP = /(?:html|xml|svg|javascript|ecmascript)/;

/** Under which name a saved copy is kept, and by whom the answer may be. */
export type Shown = { name?: string | undefined; keptFor: "everybody" | "reader" };

/** What a stored file is sent with, so that none runs as a page of ours. */
export function fileHeaders(
  { contentType: type, etag }: Pick<StoredFile, "contentType" | "etag">,
  { name, keptFor }: Shown,
): Headers {
  const shown = SHOWN.test(type);
  const headers = new Headers({
    "content-type": MARKUP.test(type) ? "application/octet-stream" : type,
    "content-disposition": disposition(shown ? "inline" : "attachment", name),
    "x-content-type-options": "nosniff",
    "accept-ranges": "bytes",
    etag,
    "cache-control":
      keptFor === "everybody" ? "public, max-age=31536000, immutable" : "private, max-age=300",
  });
  if (type !== "application/pdf")
    headers.set("content-security-policy", "default-src 'none'; sandbox");
  if (keptFor === "everybody") headers.set("cross-origin-resource-policy", "cross-origin");
  return headers;
}

/** What a file that is made while it is sent goes with. */
export const downloadHeaders = (fileName: string, contentType: string): Record<string, string> => ({
  "content-type": contentType,
  "content-disposition": `attachment; filename="${fileName}"`,
  "cache-control": "no-store",
  vary: "Authorization, Cookie, X-Org-Id, Origin",
  "x-content-type-options": "nosniff",
});

/** RFC 6266: the name in UTF-8, beside what an old client reads. */
function disposition(kind: "inline" | "attachment", name: string | undefined): string {
  if (name === undefined) return kind;
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, "_");
  const encoded = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${kind}; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
