import type { Commands, Pages, Queries, Routes } from "./contract.ts";
import { problemOf } from "./problem.ts";

export type ClientOptions = {
  /** Where Lyceum is, as `https://lms.example.org`. */
  url: string;
  /** An API key, a session's or an issuer's token; a function is asked before each request. */
  token?: string | (() => string | Promise<string>);
  /** The organization's id, for who has several or none. */
  orgId?: string;
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
};

export type CallOptions = {
  signal?: AbortSignal;
  correlationId?: string;
};
export type WriteOptions = CallOptions & {
  /** The same key gives the same answer for a day, and does the thing once. */
  idempotencyKey?: string;
  /** The version that the change is based on; 412 where it is another by now. */
  version?: number;
};

type Fields = Record<string, unknown>;
/** What may be left out where no field of it is needed. */
type Rest<I, O> = Partial<I> extends I ? [input?: I, options?: O] : [input: I, options?: O];
type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export type LyceumClient = ReturnType<typeof createLyceumClient>;

/** Calls Lyceum by the names of its commands, queries and routes; a refusal is thrown as LyceumProblem. */
export function createLyceumClient(options: ClientOptions) {
  const send = sender(options);
  const query = <T extends keyof Queries>(
    type: T,
    ...[params, call]: Rest<Queries[T]["input"], CallOptions>
  ): Promise<Queries[T]["output"]> =>
    send("POST", `/lms/queries/${type}`, { body: params ?? {}, ...call }) as never;

  return {
    query,
    command: <T extends keyof Commands>(
      type: T,
      ...[payload, call]: Rest<Commands[T]["input"], WriteOptions>
    ): Promise<Commands[T]["output"]> =>
      send("POST", `/lms/commands/${type}`, { body: payload ?? {}, ...call }) as never,
    /** A route as the reference names it; the path's parameters are fields of the input. */
    request: <R extends keyof Routes>(
      route: R,
      ...[input, call]: Rest<Routes[R]["input"], WriteOptions>
    ): Promise<Routes[R]["output"]> => {
      const [method, path] = route.split(" ") as [Method, string];
      const { filled, rest } = fill(path, (input ?? {}) as Fields);
      const sent =
        method === "GET" || method === "DELETE"
          ? { path: filled + searchOf(rest) }
          : { path: filled, body: rest };
      return send(method, sent.path, {
        body: "body" in sent ? sent.body : undefined,
        ...call,
      }) as never;
    },
    /** Every row of a list, read page by page as they are taken. */
    async *rows<T extends keyof Pages & keyof Queries>(
      type: T,
      ...[params, call]: Rest<Queries[T]["input"], CallOptions>
    ): AsyncGenerator<Pages[T], void, undefined> {
      let cursor: string | undefined;
      do {
        const asked = { ...(params as Fields), ...(cursor === undefined ? {} : { cursor }) };
        const page = (await send("POST", `/lms/queries/${type}`, { body: asked, ...call })) as {
          data: Pages[T][];
          nextCursor: string | null;
        };
        yield* page.data;
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
    },
  };
}

type Sent = WriteOptions & { body?: unknown };

function sender({ url, token, orgId, fetch: given }: ClientOptions) {
  const origin = url.replace(/\/+$/, "");
  const call = given ?? ((address: string, init: RequestInit) => fetch(address, init));
  return async (method: Method, path: string, sent: Sent): Promise<unknown> => {
    const bearer = typeof token === "function" ? await token() : token;
    const { body, signal } = sent;
    const headers: Record<string, string> = {
      accept: "application/json",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      ...(orgId === undefined ? {} : { "x-org-id": orgId }),
      ...(sent.idempotencyKey === undefined ? {} : { "idempotency-key": sent.idempotencyKey }),
      ...(sent.version === undefined ? {} : { "if-match": `"v${sent.version}"` }),
      ...(sent.correlationId === undefined ? {} : { "x-correlation-id": sent.correlationId }),
    };
    const answer = await call(`${origin}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
    if (!answer.ok) throw await problemOf(answer);
    return answer.json();
  };
}

function fill(path: string, input: Fields): { filled: string; rest: Fields } {
  const rest = { ...input };
  const filled = path.replaceAll(/:(\w+)/g, (_, name: string) => {
    const value = rest[name];
    if (value === undefined || value === "") throw new TypeError(`${path} needs ${name}`);
    delete rest[name];
    return encodeURIComponent(String(value));
  });
  return { filled, rest };
}

/** A list is repeated; what is undefined or null is left out. */
function searchOf(fields: Fields): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null) search.append(name, String(one));
    }
  }
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}
