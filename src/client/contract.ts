import type * as z from "zod";
import type { Contexts } from "../lms.ts";

/** Each of a context's definitions of one kind; a context that has none of the kind adds nothing. */
type Listed<K extends string> = Contexts[number] extends infer C
  ? C extends { readonly [key in K]: readonly (infer D)[] }
    ? D
    : never
  : never;

type Contract<D> = D extends { input: infer I extends z.ZodType; output: infer O extends z.ZodType }
  ? { input: z.input<I>; output: z.output<O> }
  : never;

type Named = { type: string };

/** Every command by its name: what is sent, and what comes back. */
export type Commands = {
  [D in Extract<Listed<"commands">, Named> as D["type"]]: Contract<D>;
};

/** Every query by its name: what is asked, and the answer. */
export type Queries = {
  [D in Extract<Listed<"queries">, Named> as D["type"]]: Contract<D>;
};

type Placed = { method: string; path: string };

/** Every route as `GET /lms/courses/:slug`; its input has the path's parameters by their names. */
export type Routes = {
  [R in Extract<Listed<"routes">, Placed> as `${R["method"]} ${R["path"]}`]: R extends {
    command: infer D;
  }
    ? Contract<D>
    : R extends { query: infer D }
      ? Contract<D>
      : never;
};

/** The queries that answer page by page. */
export type Pages = {
  [T in keyof Queries as Queries[T]["output"] extends { nextCursor: string | null; data: unknown[] }
    ? T
    : never]: Queries[T]["output"] extends { data: (infer Row)[] } ? Row : never;
};
