import { and, eq, sql } from "drizzle-orm";
import type { LmsFault } from "../kernel/lms-adapter.ts";
import type { Db, Statement } from "../kernel/statement.ts";
import { MINUTE } from "../kernel/time.ts";
import { type ConfigurationRow, lmsConfigurations } from "./schema.ts";

/** So many faults in a row, and an instance is left alone for a while. */
const FAULTS_MAX = 5;
const OPEN_MS = MINUTE;

type Circuit = Pick<ConfigurationRow, "id" | "organizationId" | "faultsInRow" | "openUntil">;

/** Milliseconds until the instance is asked again; 0 where it may be now. */
export const openFor = ({ openUntil }: Pick<Circuit, "openUntil">, now: number): number =>
  Math.max(0, (openUntil ?? 0) - now);

export const TRIPPED: LmsFault = {
  fault: "NETWORK_ERROR",
  message: "The instance failed five times in a row and is left alone for a minute; then try again",
  again: true,
};

/** Faults of line and server count; a refusal is an answer, and ends the row. */
export const counts = ({ again, lost }: LmsFault): boolean => again || lost === true;

const mine = ({ id, organizationId }: Circuit) =>
  and(eq(lmsConfigurations.id, id), eq(lmsConfigurations.organizationId, organizationId));

/** Figures about the line, not of the connection itself: they raise no version. */
export const failedOnce = (db: Db, of: Circuit, now: number): Statement =>
  db
    .update(lmsConfigurations)
    .set({
      faultsInRow: sql`${lmsConfigurations.faultsInRow} + 1`,
      openUntil: sql`iif(${lmsConfigurations.faultsInRow} + 1 >= ${FAULTS_MAX}, ${now + OPEN_MS},
        ${lmsConfigurations.openUntil})`,
    })
    .where(mine(of));

export const answeredWell = (db: Db, of: Circuit): Statement[] =>
  of.faultsInRow === 0
    ? []
    : [db.update(lmsConfigurations).set({ faultsInRow: 0, openUntil: null }).where(mine(of))];
