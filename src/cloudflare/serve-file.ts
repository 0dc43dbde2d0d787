import { fileHeaders, type Shown } from "../http/file-headers.ts";
import { notFound, type Refusal } from "../kernel/error.ts";

type Served = { key: string } & Shown;
type Range = { offset: number; length: number };

/** An object as a download or, where that is safe, as a page's part; whole, by range, or unchanged. */
export async function serve(
  request: Request,
  bucket: R2Bucket,
  { key, name, keptFor }: Served,
): Promise<Response | Refusal> {
  const head = await bucket.head(key);
  if (!head) return notFound("File");
  const contentType = head.httpMetadata?.contentType ?? "application/octet-stream";
  const headers = fileHeaders({ contentType, etag: head.httpEtag }, { name, keptFor });
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
