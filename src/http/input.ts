import type { Context } from "hono";
import { type Refusal, refuse } from "../kernel/error.ts";
import type { Route } from "../kernel/route.ts";

const BODY_BYTES_MAX = 1024 * 1024;

type Fields = Record<string, unknown>;
export type Read = { fields: Fields } | { refusal: Refusal };

const unread = (...refusal: Parameters<typeof refuse>): Read => ({ refusal: refuse(...refusal) });

/** Path, query or body of a request as one payload. */
export async function inputOf(c: Context, route: Route): Promise<Read> {
  const asksByUrl = route.method === "GET" || route.method === "DELETE";
  const rest: Read = asksByUrl ? { fields: queryOf(c) } : await bodyOf(c);
  if ("refusal" in rest) return rest;
  const said = { ...route.preset, ...c.req.param() };
  const clash = Object.keys(said).find((name) => Object.hasOwn(rest.fields, name));
  if (clash !== undefined) {
    return unread("VALIDATION_FAILED", `${clash} is given by the path alone`, {
      errors: [{ path: clash, message: "Leave it out: the path says it" }],
    });
  }
  return { fields: { ...rest.fields, ...said } };
}

/** A repeated name is a list. `org` names the organization and is no parameter of a query. */
export function queryOf(c: Context): Fields {
  const fields: Fields = {};
  for (const [name, values] of Object.entries(c.req.queries())) {
    if (name !== "org") fields[name] = values.length > 1 ? values : values[0];
  }
  return fields;
}

/** The JSON object of a request; an absent body is an empty one. */
export async function bodyOf(c: Context): Promise<Read> {
  const bytes = await bytesOf(c.req.raw);
  if (bytes === "too-large") {
    return unread(
      "PAYLOAD_TOO_LARGE",
      "A JSON body may have 1 MiB; upload files by POST /lms/uploads",
    );
  }
  if (bytes.byteLength === 0) return { fields: {} };
  const type = c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    return unread("UNSUPPORTED_MEDIA_TYPE", "Send the body as application/json");
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return { fields: value as Fields };
    }
  } catch {
    return unread("MALFORMED_JSON", "The body is not well-formed JSON in UTF-8");
  }
  return unread("VALIDATION_FAILED", "The body has to be a JSON object");
}

/** Read as it comes where no length is told, so that a body can't fill the memory. */
async function bytesOf(request: Request): Promise<Uint8Array | "too-large"> {
  if (!request.body) return new Uint8Array();
  const told = request.headers.get("content-length");
  if (told !== null) {
    if (Number(told) > BODY_BYTES_MAX) return "too-large";
    const bytes = new Uint8Array(await request.arrayBuffer());
    return bytes.byteLength > BODY_BYTES_MAX ? "too-large" : bytes;
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body as ReadableStream<Uint8Array>) {
    size += chunk.byteLength;
    if (size > BODY_BYTES_MAX) return "too-large";
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}
