import { databaseOver, type SqlStatement } from "../kernel/database.ts";
import { isRefusal, notFound, type Refusal } from "../kernel/error.ts";
import { type Actor, isRole } from "../kernel/permission.ts";
import type { Database, FileAddresses, Files, Seats } from "../kernel/ports.ts";
import { type SettingsOverride, settingsOf } from "../kernel/settings.ts";
import { type Db, type Reads, rowsOf, type Statement, statementsOf } from "../kernel/statement.ts";
import { databaseOn } from "./client-database.ts";
import type { DatabaseClient, DomainEvent, LMSPluginConfig } from "./ports.ts";
import { LMSRefused } from "./refused.ts";

/** What a derived handler is called with; the actor and its roles are taken as given. */
export type HandlerContext = {
  actor: { id: string; orgId: string; type: string; roles: readonly string[] };
  org?: { id: string; slug?: string; settings?: SettingsOverride | null };
  correlationId?: string;
  /** A drizzle handle or a client; without it nothing can be read, which counts as absent. */
  db?: Db | DatabaseClient;
  config?: LMSPluginConfig;
  /** Asked before a decision that needs a seat is given out. */
  seats?: Seats;
  files?: Pick<Files, "get">;
  signedUrl?: FileAddresses["signedUrl"];
  /** Where certificates and links lead to. */
  origin?: string;
  now?(): number;
  id?(): string;
};

/** A command's handler also says what it decided: whoever calls it persists that. */
export type CommandContext = HandlerContext & {
  emit(event: DomainEvent): unknown;
  /** Each statement in its order, those of one command as one batch. */
  write?(statement: SqlStatement): unknown;
};

const NOTHING = databaseOver(async (statements) => statements.map(() => []));

const isDrizzle = (db: Db | DatabaseClient): db is Db => "select" in db;

/** Reads by whatever the context has. */
export function databaseOf({ db }: HandlerContext): Database {
  if (db === undefined) return NOTHING;
  if (!isDrizzle(db)) return databaseOn(db);
  // SAFETY: a statement of a live handle runs when it is awaited.
  const run = (one: Statement) => one as unknown as Promise<unknown>;
  return { db, batch: (statements) => Promise.all(statements.map(run)) };
}

export async function readRows(
  { batch }: Database,
  reads: Reads,
): Promise<Record<string, unknown>> {
  const statements = statementsOf(reads);
  const results = statements.length > 0 ? await batch(statements) : [];
  const { rows, missing } = rowsOf(reads, results);
  if (missing !== undefined) throw new LMSRefused(notFound(missing));
  return rows;
}

const TYPES: readonly string[] = ["human", "system", "api_key", "public"] satisfies Actor["type"][];

export const actorOf = ({ actor, org }: HandlerContext): Actor => ({
  id: actor.id,
  // SAFETY: one of the types just compared with.
  type: TYPES.includes(actor.type) ? (actor.type as Actor["type"]) : "human",
  roles: actor.roles.filter(isRole),
  orgId: org?.id ?? actor.orgId,
});

export const settingsIn = ({ config, org }: HandlerContext) => settingsOf(config, org?.settings);

export function refuseIf(refusal: Refusal | undefined): void {
  if (refusal) throw new LMSRefused(refusal);
}

export function accepted<T>(decided: T | Refusal): T {
  if (isRefusal(decided)) throw new LMSRefused(decided);
  return decided;
}
