import { type Placeholder, type SQL, sql } from "drizzle-orm";
import { SQLiteAsyncDialect } from "drizzle-orm/sqlite-core";

/** Shapes kept for one statement; past it they are made anew. */
const SHAPES_MAX = 500;

/** A place in a statement's text, for each value that is there. */
export type Places<V> = {
  readonly [K in keyof V]: undefined extends V[K] ? Placeholder | undefined : Placeholder;
};

type Text = { pieces: TemplateStringsArray; names: readonly string[] };

/**
 * A statement whose text is built once for each set of values that are there, and only bound for each use:
 * building and rendering a list's nested SQL costs more than D1 needs to answer it. `build` sees places,
 * never values, so that no value can stand in a text that is kept.
 */
export function reusable<V extends Record<string, unknown>>(
  build: (places: Places<V>) => SQL,
): (values: V) => SQL {
  const texts = new Map<string, Text>();
  return (values) => {
    const given = Object.keys(values).filter((name) => values[name] !== undefined);
    const shape = given.join();
    let text = texts.get(shape);
    if (text === undefined) {
      if (texts.size >= SHAPES_MAX) texts.clear();
      // SAFETY: a place for each value given, and for no other.
      text = rendered(build(Object.fromEntries(given.map(placeOf)) as Places<V>));
      texts.set(shape, text);
    }
    return sql(text.pieces, ...text.names.map((name) => values[name]));
  };
}

const placeOf = (name: string) => [name, sql.placeholder(name)] as const;

function rendered(built: SQL): Text {
  const { sql: text, params } = new SQLiteAsyncDialect().sqlToQuery(built);
  const pieces = text.split("?");
  if (pieces.length !== params.length + 1) throw new Error(`A question mark of its own: ${text}`);
  return {
    pieces: Object.assign(pieces, { raw: pieces }),
    names: params.map((param) => {
      if (typeof param === "object" && param !== null && "name" in param) return String(param.name);
      throw new Error(`A value in a text that is kept: ${text}`);
    }),
  };
}
