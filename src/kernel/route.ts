import type { Command } from "./command.ts";
import type { Query } from "./query.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/**
 * A route of one definition. `:name` in the path is the input's field of that name; a query string
 * or a JSON body gives the rest. `preset` adds what the path says by itself.
 */
export type Route = {
  readonly method: Method;
  readonly path: string;
  readonly preset?: Readonly<Record<string, unknown>>;
  /** Where what was created can be read: fields of the answer in braces, as `/lms/courses/{id}`. */
  readonly location?: string;
} & ({ readonly command: Command } | { readonly query: Query });

type Rest = Pick<Route, "preset" | "location">;

export const get = <const P extends string, Q extends Query>(
  path: P,
  query: Q,
  rest: Rest = {},
) => ({ method: "GET" as const, path, query, ...rest });

/** A query whose input is a body, as one that would be too long for an address. */
export const askByPost = <const P extends string, Q extends Query>(
  path: P,
  query: Q,
  rest: Rest = {},
) => ({ method: "POST" as const, path, query, ...rest });

const writes =
  <M extends Method>(method: M) =>
  <const P extends string, C extends Command>(path: P, command: C, rest: Rest = {}) => ({
    method,
    path,
    command,
    ...rest,
  });
export const post = writes("POST");
export const put = writes("PUT");
export const patch = writes("PATCH");
export const del = writes("DELETE");
