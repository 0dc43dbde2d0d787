import { and, asc, getTableColumns, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import type { Root } from "./event.ts";
import { afterPosition, type Position } from "./page.ts";
import { domainEventLog } from "./schema.ts";
import { type Db, jsonRows, type Statement } from "./statement.ts";

/** Whose data it is. `email` is null once it has been forgotten. */
export type Person = {
  readonly orgId: string;
  readonly userId: string;
  readonly email: string | SQL | null;
};

type Row = Readonly<Record<string, unknown>>;

/**
 * A table with data about a person: whose rows they are, what an export shows of them, and what erasure
 * does to them. A table that names people and has no definition here is found by a test.
 */
export type Personal = {
  /** What the export calls it. */
  readonly name: string;
  readonly table: SQLiteTable;
  /** Which rows are the person's, its organization included; served by an index, or by `among`. */
  of(person: Person): SQL | undefined;
  /** Where no index tells: the rows that are looked at one by one, a window at a time. */
  among?(person: Person): SQL | undefined;
  /** The columns that order its pages, the last of them unique among the person's rows. */
  readonly key: readonly SQLiteColumn[];
  /** The name of the root that its rows are, whose events belong to the export too. */
  readonly root?: Root;
  readonly export: { hidden?: readonly string[]; pageRows?: number } | { none: string };
  readonly erase: Erasure;
  /** Objects of the bucket that go with a row. */
  objects?(row: Row, person: Person): readonly string[];
};

/** `blank` gives columns their new values; `kept` says why a row may stay as it is. */
export type Erasure =
  | { readonly delete: true; only?(person: Person): SQL }
  | { readonly blank: Readonly<Record<string, unknown>>; only?(person: Person): SQL }
  | { readonly kept: string };

export const personal = (definition: Personal): Personal => definition;

const PAGE_ROWS = 200;

/** A part of an export: a page of its rows, and how a row is shown. */
export type ExportPart = {
  readonly name: string;
  readonly pageRows: number;
  page(db: Db, person: Person, after: Position | null): Statement;
  positionOf(row: Row): Position;
  show(row: Row): Row;
};

/** Every part in order: what each definition shows, then the events of the roots among them. */
export const exportParts = (all: readonly Personal[]): ExportPart[] =>
  [...all, ...all.flatMap(eventsOfRoots)].flatMap((of) => {
    if ("none" in of.export) return [];
    const { hidden = [], pageRows = PAGE_ROWS } = of.export;
    return [
      {
        name: of.name,
        pageRows,
        page: (db, person, after) =>
          db
            .select()
            .from(of.table)
            .where(and(of.of(person), afterPosition(after, of.key)))
            .orderBy(...of.key.map((column) => asc(column)))
            .limit(pageRows),
        positionOf: (row) => positionOf(of, row),
        show: (row) => shown(row, hidden),
      },
    ];
  });

/** What happened to the person's roots, by whomever; what it did itself is a part of its own. */
function eventsOfRoots(of: Personal): Personal[] {
  const { root, table, name } = of;
  if (root === undefined) return [];
  const events: Personal = {
    name: `${name}Events`,
    table: domainEventLog,
    of: (person) => sql`${domainEventLog.aggregateType} = ${root}
      and ${domainEventLog.aggregateId} in (select id from ${table} where ${of.of(person)})
      and ${domainEventLog.organizationId} = ${person.orgId}
      and ${domainEventLog.actorId} <> ${person.userId}`,
    key: [domainEventLog.aggregateId, domainEventLog.seq],
    export: EVENTS_SHOWN,
    erase: { kept: "The log stays whole" },
  };
  return [events];
}

export const EVENTS_SHOWN = { hidden: ["settledAt", "relayedAt", "metadata"] };

function positionOf(of: Personal, row: Row): Position {
  const columns = Object.entries(getTableColumns(of.table));
  return of.key.map((column) => {
    const property = columns.find(([, one]) => one === column)?.[0] ?? "";
    return row[property] as string | number;
  });
}

const INSTANT = /(?:At|Until)$/;
const JSON_TEXT = ["payload"];

/** As JSON has it: instants in ISO 8601, nothing that is secret or another's. */
function shown(row: Row, hidden: readonly string[]): Row {
  const fields = Object.entries(row).flatMap(([name, value]) => {
    if (hidden.includes(name)) return [];
    if (INSTANT.test(name) && typeof value === "number") {
      return [[name, new Date(value).toISOString()]];
    }
    if (JSON_TEXT.includes(name) && typeof value === "string") return [[name, JSON.parse(value)]];
    return [[name, value]];
  });
  return Object.fromEntries(fields);
}

/** What erasure has to go through, a page at a time. */
export type ErasePart = {
  readonly name: string;
  readonly pageRows: number;
  page(db: Db, person: Person, after: Position | null): Statement;
  positionOf(row: Row): Position;
  objects(rows: readonly Row[], person: Person): string[];
  writes(db: Db, person: Person, rows: readonly Row[]): Statement[];
};

export const eraseParts = (all: readonly Personal[]): ErasePart[] =>
  all.flatMap((of) => {
    const { erase } = of;
    if ("kept" in erase) return [];
    const mine = (person: Person) => and(of.of(person), erase.only?.(person));
    return [
      {
        name: of.name,
        pageRows: PAGE_ROWS,
        page: (db, person, after) =>
          db
            .select({ ...keyColumns(of), mine: sql<number>`(${mine(person)})`.as("is_mine") })
            .from(of.table)
            .where(and(of.among ? of.among(person) : mine(person), afterPosition(after, of.key)))
            .orderBy(...of.key.map((column) => asc(column)))
            .limit(PAGE_ROWS),
        positionOf: (row) => positionOf(of, row),
        objects: (rows, person) =>
          rows.flatMap((row) => (row.mine ? [...(of.objects?.(row, person) ?? [])] : [])),
        writes: (db, person, rows) => {
          const keys = rows.filter((row) => row.mine).map((row) => positionOf(of, row));
          return keys.length === 0 ? [] : [erased(db, of, erase, { person, keys })];
        },
      },
    ];
  });

/** The key, and what names an object in the bucket. */
const keyColumns = ({ table, key }: Personal) =>
  Object.fromEntries(
    Object.entries(getTableColumns(table)).filter(
      ([name, column]) => key.includes(column) || name === "key" || name === "id",
    ),
  );

function erased(
  db: Db,
  of: Personal,
  erase: Exclude<Erasure, { kept: string }>,
  { person, keys }: { person: Person; keys: readonly Position[] },
): Statement {
  const names = sql.join([...of.key], sql`, `);
  const values = sql.join(
    of.key.map((_, index) => sql.raw(`value ->> '$[${index}]'`)),
    sql`, `,
  );
  const rows = and(sql`(${names}) in (select ${values} from ${jsonRows(keys)})`, of.of(person));
  return "delete" in erase
    ? db.delete(of.table).where(rows)
    : db
        .update(of.table)
        .set(erase.blank as never)
        .where(rows);
}
