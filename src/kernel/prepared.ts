import { is, Param, Placeholder, SQL, sql } from "drizzle-orm";
import type { RunnableQuery } from "drizzle-orm/runnable-query";
import { SQLiteAsyncDialect } from "drizzle-orm/sqlite-core";
import { drizzle } from "drizzle-orm/sqlite-proxy";
import type { Db, ResultOf, Statement } from "./statement.ts";

/** Shapes kept for one statement; past it they are made anew. */
const SHAPES_MAX = 100;

/** A parameter of a statement that is built once: its place, where the text is built. */
export type At<T> = T | Placeholder;
type Values<P extends readonly unknown[]> = { [K in keyof P]: Exclude<P[K], Placeholder> };
type Bound<S> = RunnableQuery<ResultOf<S>, "sqlite">;

type SqlText = { sql: string; params: unknown[] };
/** What drizzle's own batch calls, hidden from its types. */
type Prepared = {
  getQuery(): SqlText;
  mapResult(result: unknown, isFromBatch: boolean): unknown;
  readonly fields?: unknown;
};
/** Where a parameter comes from: an argument, or what the statement says itself. */
type Source = { argument: number; encode?: (value: unknown) => unknown } | { constant: unknown };
type Kept = { text: string; pieces: readonly string[]; sources: readonly Source[]; of: Prepared };

/** Builds statements, and runs none. */
const builder: Db = drizzle(async () => {
  throw new Error("A statement that is built once is run by its batch");
});

/**
 * A statement whose text is built by drizzle once an isolate, for each set of arguments that are there, and
 * only bound for each use: building costs more than D1 needs to answer. `build` sees places, never
 * values, so that no value can stand in a text that is kept; an argument that is SQL itself takes its place.
 */
export function prepared<P extends readonly unknown[], S extends Statement>(
  build: (db: Db, ...at: P) => S,
): (db: Db, ...values: Values<P>) => Bound<S> {
  const shapes = new Map<string, Kept>();
  return (_, ...values) => {
    const shape = values.map((value) => (value === undefined ? "-" : "?")).join("");
    let kept = shapes.get(shape);
    if (kept === undefined) {
      if (shapes.size >= SHAPES_MAX) shapes.clear();
      const places = values.map((value, at) =>
        value === undefined ? undefined : sql.placeholder(String(at)),
      );
      // SAFETY: a place for each argument given; the types hold a place wherever a value may stand.
      kept = keptOf(build(builder, ...(places as unknown as P)));
      shapes.set(shape, kept);
    }
    return bound<S>(kept, values);
  };
}

/** Runs in a batch as drizzle's own statements do, and is nothing beside. */
export const statementOf = <S extends Statement>(prepared: Prepared): Bound<S> =>
  // SAFETY: a batch asks a statement for this alone; `_` is a type's and never there.
  ({ _prepare: () => prepared }) as unknown as Bound<S>;

function bound<S extends Statement>(kept: Kept, values: readonly unknown[]): Bound<S> {
  const { of } = kept;
  return statementOf({
    getQuery: () => textWith(kept, values),
    mapResult: (result, isFromBatch) => of.mapResult(result, isFromBatch),
    fields: of.fields,
  });
}

function keptOf(statement: Statement): Kept {
  // SAFETY: as above.
  const of = (statement as unknown as { _prepare(): Prepared })._prepare();
  const { sql: text, params } = of.getQuery();
  const pieces = text.split("?");
  if (pieces.length !== params.length + 1) throw new Error(`A question mark of its own: ${text}`);
  return { text, pieces, sources: params.map(sourceOf), of };
}

function sourceOf(param: unknown): Source {
  if (is(param, Placeholder)) return { argument: Number(param.name) };
  if (is(param, Param) && is(param.value, Placeholder)) {
    const { encoder } = param;
    return {
      argument: Number(param.value.name),
      encode: (value) => (value === null ? null : encoder.mapToDriverValue(value)),
    };
  }
  return { constant: param };
}

function textWith({ text, pieces, sources }: Kept, values: readonly unknown[]): SqlText {
  let nested = false;
  const given = sources.map((from) => {
    if ("constant" in from) return from.constant;
    const value = values[from.argument];
    if (!isSql(value)) return from.encode ? from.encode(value) : value;
    nested = true;
    return value;
  });
  if (!nested) return { sql: text, params: given };
  let whole = pieces[0] ?? "";
  const params = given.flatMap((value, at) => {
    const inner = isSql(value) ? rendered(value) : { sql: "?", params: [value] };
    whole += `${inner.sql}${pieces[at + 1]}`;
    return inner.params;
  });
  return { sql: whole, params };
}

const isSql = (value: unknown): value is SQL =>
  typeof value === "object" && value !== null && is(value, SQL);

const dialect = new SQLiteAsyncDialect();

function rendered(of: SQL): SqlText {
  const { sql: text, params } = dialect.sqlToQuery(of);
  return { sql: text, params };
}
