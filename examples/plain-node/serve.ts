import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { LMSRefused, type RouteContext, type RouteDefinition, type RouteFile } from "lyceum";

const JSON_BYTES_MAX = 1024 * 1024;
const FILE_BYTES_MAX = 100 * 1000 * 1000;

/** Who calls, by whatever an embedding system signs its people in with; nobody is the public of an organization. */
export type Who = Pick<RouteContext, "actor" | "org">;
type Options = { whoCalls(request: IncomingMessage): Promise<Who> | Who };

/**
 * The plugin's routes on a plain Node server, which still has to be told to listen. Those that upgrade are
 * left out: Node opens no WebSocket by itself, a library does, on the server's "upgrade" event.
 */
export function serve(routes: readonly RouteDefinition[], { whoCalls }: Options): Server {
  const find = finderOf(routes);
  return createServer((request, response) => {
    answer(request, find, whoCalls).then(
      ({ status, body, headers }) => send(response, status, body, headers),
      (error: unknown) => send(response, ...problemOf(error)),
    );
  });
}

type Answer = { status: number; body: unknown; headers: Record<string, string> };
type Found = { route: RouteDefinition; params: Record<string, string> };
type Find = (method: string, path: string) => Found | undefined;

async function answer(
  request: IncomingMessage,
  find: Find,
  whoCalls: Options["whoCalls"],
): Promise<Answer> {
  const url = new URL(request.url ?? "/", "http://localhost");
  const found = find(request.method ?? "GET", url.pathname);
  if (!found) {
    throw new LMSRefused({ refused: "NOT_FOUND", detail: "There is no such route" });
  }
  const { route, params } = found;
  const { location, successStatus, file } = route.metadata;
  const rawBody = await bodyOf(request, file ? FILE_BYTES_MAX : JSON_BYTES_MAX);
  const context = {
    ...(await whoCalls(request)),
    params,
    query: queryOf(url),
    headers: request.headers,
  };
  const body = await route.handler({ ...context, rawBody }, file ? undefined : parsed(rawBody));
  // A query that is asked by its name gives a file as well.
  if (isFile(body)) {
    return { status: successStatus, body: Readable.from(body.body), headers: body.headers };
  }
  const headers: Answer["headers"] =
    location === undefined ? {} : { location: filled(location, body) };
  return { status: successStatus, body, headers };
}

const isFile = (answer: unknown): answer is RouteFile =>
  typeof answer === "object" &&
  answer !== null &&
  "body" in answer &&
  answer.body instanceof ReadableStream;

/** A path's own words go before its parameters, whatever the order of the routes. */
function finderOf(routes: readonly RouteDefinition[]): Find {
  const known = routes
    .filter((route) => !route.metadata.upgrade)
    .map((route) => ({
      route,
      names: [...route.path.matchAll(/:(\w+)|(\*)$/g)].map((one) => String(one[1] ?? one[2])),
      pattern: new RegExp(`^${route.path.replace(/\*$/, "(.+)").replaceAll(/:\w+/g, "([^/]+)")}$`),
    }))
    .toSorted((a, b) => a.names.length - b.names.length);
  return (method, path) => {
    for (const { route, names, pattern } of known) {
      const match = route.method === method ? pattern.exec(path) : null;
      if (match) {
        const values = names.map((name, at) => [name, decodeURIComponent(match[at + 1] ?? "")]);
        return { route, params: Object.fromEntries(values) };
      }
    }
    return undefined;
  };
}

function queryOf({ searchParams }: URL): Record<string, string | string[]> {
  return Object.fromEntries(
    [...new Set(searchParams.keys())].map((name) => {
      const values = searchParams.getAll(name);
      return [name, values.length > 1 ? values : String(values[0])];
    }),
  );
}

async function bodyOf(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > bytesMax) {
      const detail = `A body may have ${bytesMax} bytes`;
      throw new LMSRefused({ refused: "PAYLOAD_TOO_LARGE", detail });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parsed(rawBody: Buffer): unknown {
  if (rawBody.length === 0) return {};
  try {
    return JSON.parse(rawBody.toString("utf8"));
  } catch {
    throw new LMSRefused({ refused: "MALFORMED_JSON", detail: "The body is not well-formed JSON" });
  }
}

const filled = (location: string, body: unknown): string =>
  location.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String((body as Record<string, unknown>)[name])),
  );

function problemOf(error: unknown): [number, object, Record<string, string>] {
  const type = { "content-type": "application/problem+json" };
  if (!(error instanceof LMSRefused)) {
    return [500, { status: 500, code: "INTERNAL", detail: "Something failed here" }, type];
  }
  const { statusCode: status, code, message: detail, errors, more } = error;
  const wait = error.retryAfterSeconds;
  const headers = wait === undefined ? type : { ...type, "retry-after": String(wait) };
  return [status, { status, code, detail, ...(errors ? { errors } : {}), ...more }, headers];
}

function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string>,
): void {
  if (body instanceof Readable) {
    response.writeHead(status, headers);
    body.on("error", (error) => response.destroy(error)).pipe(response);
    return;
  }
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
  response.end(JSON.stringify(body));
}
