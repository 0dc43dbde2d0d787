import { ONLINE_PEOPLE_MAX } from "../src/cohorts/online.ts";

export const TOLD_ONLINE_TABLE = `CREATE TABLE told_online (
  user_id TEXT NOT NULL, cohort_id TEXT NOT NULL, PRIMARY KEY (user_id, cohort_id)
) STRICT, WITHOUT ROWID;`;

/** Somebody connected, in a cohort that is going on. */
export type Attending = { userId: string; cohortId: string; name: string };

type Cohorts = {
  present(cohortId: string, people: { userId: string; name: string }[]): Promise<void>;
  absent(cohortId: string, userIds: string[]): Promise<void>;
};

/** Who of those connected at one object was told to which cohort, so that it can be taken back. */
export function onlineTeller({ sql }: DurableObjectStorage, cohorts: Cohorts) {
  const told = () =>
    sql
      .exec<Omit<Attending, "name">>(
        "SELECT user_id AS userId, cohort_id AS cohortId FROM told_online",
      )
      .toArray();

  /** Kept before it is told: what is told and not kept could not be taken back. */
  async function present(attending: readonly Attending[]): Promise<void> {
    for (const { userId, cohortId } of attending) {
      sql.exec("INSERT OR IGNORE INTO told_online VALUES (?, ?)", userId, cohortId);
    }
    await byCohort(attending, (cohortId, some) =>
      cohorts.present(
        cohortId,
        some.map(({ userId, name }) => ({ userId, name })),
      ),
    );
  }

  async function absent(gone: readonly Omit<Attending, "name">[]): Promise<void> {
    await byCohort(gone, async (cohortId, some) => {
      const userIds = some.map(({ userId }) => userId);
      await cohorts.absent(cohortId, userIds);
      for (const userId of userIds) {
        sql.exec("DELETE FROM told_online WHERE user_id = ? AND cohort_id = ?", userId, cohortId);
      }
    });
  }

  return {
    /** Takes back whoever is not connected any more. */
    parted: (connected: ReadonlySet<string>): Promise<void> =>
      absent(told().filter(({ userId }) => !connected.has(userId))),
    /** The cohorts of these people as they are now, and no other. */
    async tell(userIds: ReadonlySet<string>, attending: readonly Attending[]): Promise<void> {
      const now = new Set(attending.map(keyOf));
      await absent(told().filter((one) => userIds.has(one.userId) && !now.has(keyOf(one))));
      await present(attending);
    },
  };
}

const keyOf = ({ userId, cohortId }: Omit<Attending, "name">): string => `${userId} ${cohortId}`;

/** A call for as many of a cohort as one takes; one that fails keeps no other from being made. */
async function byCohort<T extends { cohortId: string }>(
  all: readonly T[],
  call: (cohortId: string, some: T[]) => Promise<void>,
): Promise<void> {
  const calls = [...Map.groupBy(all, ({ cohortId }) => cohortId)].flatMap(([cohortId, people]) =>
    Array.from({ length: Math.ceil(people.length / ONLINE_PEOPLE_MAX) }, (_, part) =>
      call(cohortId, people.slice(part * ONLINE_PEOPLE_MAX, (part + 1) * ONLINE_PEOPLE_MAX)),
    ),
  );
  const failed = (await Promise.allSettled(calls)).find((one) => one.status === "rejected");
  if (failed) throw failed.reason;
}
