import { notFound, type Refusal } from "../kernel/error.ts";

/** Types that a browser may show by itself: none of them runs a script in our origin. */
const SHOWN =
  /^(?:image\/(?:png|jpeg|gif|webp|avif)|video\/[\w.+-]+|audio\/[\w.+-]+|application\/pdf|text\/(?:plain|vtt))$/;
const MARKUP = /(?:html|xml|svg|javascript|ecmascript)/;

type Served = { key: string; name?: string; keptFor: "everybody" | "reader" };
type Range = { offset: number; length: number };

/** An object as a download or, where that is safe, as a page's part; whole, by range, or unchanged. */
export async function serve(
  request: Request,
  bucket: R2Bucket,
  { key, name, keptFor }: Served,
): Promise<Response | Refusal> {
  const head = await bucket.head(key);
  if (!head) return notFound("File");
  const headers = headersOf(head, name, keptFor);
  if (unchanged(request, head)) return new Response(null, { status: 304, headers });
  const range = rangeOf(request, head);
  if (range === "unsatisfiable") {
    headers.set("content-range", `bytes */${head.size}`);
    return new Response(null, { status: 416, headers });
  }
  headers.set("content-length", String(range?.length ?? head.size));
  if (range) {
    const last = range.offset + range.length - 1;
    headers.set("content-range", `bytes ${range.offset}-${last}/${head.size}`);
  }
  const status = range ? 206 : 200;
  if (request.method === "HEAD") return new Response(null, { status, headers });
  const object = await bucket.get(key, range ? { range } : {});
  return object ? new Response(object.body, { status, headers }) : notFound("File");
}

function headersOf(
  object: R2Object,
  name: string | undefined,
  keptFor: Served["keptFor"],
): Headers {
  const type = object.httpMetadata?.contentType ?? "application/octet-stream";
  const shown = SHOWN.test(type);
  const headers = new Headers({
    "content-type": MARKUP.test(type) ? "application/octet-stream" : type,
    "content-disposition": disposition(shown ? "inline" : "attachment", name),
    "x-content-type-options": "nosniff",
    "accept-ranges": "bytes",
    etag: object.httpEtag,
    "cache-control":
      keptFor === "everybody" ? "public, max-age=31536000, immutable" : "private, max-age=300",
  });
  if (type !== "application/pdf")
    headers.set("content-security-policy", "default-src 'none'; sandbox");
  if (keptFor === "everybody") headers.set("cross-origin-resource-policy", "cross-origin");
  return headers;
}

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

const unchanged = (request: Request, { httpEtag }: R2Object): boolean =>
  (request.headers.get("if-none-match") ?? "")
    .split(",")
    .some((one) => one.trim() === "*" || one.trim().replace(/^W\//, "") === httpEtag);

/** One range of bytes; several, or another's unit, are answered whole. */
function rangeOf(
  request: Request,
  { size, httpEtag }: R2Object,
): Range | "unsatisfiable" | undefined {
  const condition = request.headers.get("if-range");
  if (condition !== null && condition !== httpEtag) return undefined;
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(request.headers.get("range")?.trim() ?? "");
  if (!match || (match[1] === "" && match[2] === "")) return undefined;
  const [, from = "", to = ""] = match;
  const offset = from === "" ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === "" || to === "" ? size - 1 : Math.min(Number(to), size - 1);
  return offset <= last ? { offset, length: last - offset + 1 } : "unsatisfiable";
}
