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

export const get = (path: string, query: Query, rest: Rest = {}): Route => ({
  method: "GET",
  path,
  query,
  ...rest,
});
const writes =
  (method: Method) =>
  (path: string, command: Command, rest: Rest = {}): Route => ({ method, path, command, ...rest });
export const post = writes("POST");
export const put = writes("PUT");
export const patch = writes("PATCH");
export const del = writes("DELETE");
