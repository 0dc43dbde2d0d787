import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { clock } from "../../src/cloudflare/clock.ts";
import { cohortObject } from "../../src/cloudflare/objects.ts";
import { publishedCourse } from "../harness/course.ts";
import {
  type Answer,
  command,
  drain,
  http,
  type Json,
  newOrganization,
  ok,
  type Person,
  rows,
  type World,
} from "../harness/world.ts";
import { bindings } from "../live/world.ts";

export const dates = { startDate: "2031-01-01", endDate: "2031-06-30", timezone: "UTC" };

export type Line = { world: World; courseId: string; cohortId: string };

/** A cohort of a published course with so many seats, free or at a price. */
export async function cohortOf({
  capacity = 1,
  price = 0,
}: {
  capacity?: number;
  price?: number;
} = {}) {
  const world = await newOrganization();
  const { course } = await publishedCourse(world, {
    course: { type: "cohort", price: { amount: price, currency: "EUR" } },
  });
  const courseId = String(course.id);
  const cohort = { courseId, name: "Spring", capacity, ...dates };
  const { id } = ok(await command("lms.cohort.create", cohort, world.instructor));
  return { world, courseId, cohortId: String(id) } satisfies Line;
}

export const people = (world: World, count: number): Promise<Person[]> =>
  Promise.all(Array.from({ length: count }, (_, at) => world.newPerson("learner", `L${at}`)));

/** Asks for a seat, or else for a place in line. */
export const join = ({ courseId, cohortId }: Line, as: Person, more: Json = {}): Promise<Answer> =>
  http("POST", "/lms/enrollments", {
    as,
    body: { courseId, cohortId, joinWaitingList: true, ...more },
  });

export const place = ({ cohortId }: Line, as: Person): Promise<Answer> =>
  http("GET", `/lms/cohorts/${cohortId}/waiting-list`, { as });

export const leave = ({ cohortId }: Line, as: Person): Promise<Answer> =>
  http("DELETE", `/lms/cohorts/${cohortId}/waiting-list`, { as });

export const objectOf = ({ cohortId }: Line) => cohortObject(bindings, cohortId);

/** Lets the object and the queues do what is due until neither has anything left to do now. */
export async function settle(line: Line): Promise<void> {
  for (let round = 0; round < 200; round++) {
    await drain(line.world.orgId);
    const due = await runInDurableObject(objectOf(line), (_, { storage }) =>
      storage.sql
        .exec<{ n: number }>("SELECT count(*) AS n FROM alarms WHERE at <= ?", clock.now())
        .one(),
    );
    if (due.n === 0) return;
    await runDurableObjectAlarm(objectOf(line));
  }
  throw new Error("The cohort's object does not come to rest");
}

type Enrolled = {
  id: string;
  learnerId: string;
  status: string;
  source: string;
  seatUntil: number;
};

/** The enrollments that hold a seat as D1 has them, in the order in which they came about. */
export const seatedIn = ({ cohortId }: Line): Promise<Enrolled[]> =>
  rows<Enrolled>(
    `SELECT id, learner_id AS learnerId, status, source, seat_until AS seatUntil FROM lms_enrollments
     WHERE cohort_id = ?1 AND (status IN ('active', 'completed')
       OR (status = 'pending-payment' AND seat_until > ?2)) ORDER BY id`,
    cohortId,
    clock.now(),
  );

/** Whose seats the object holds, and who waits in its line. */
export const heldBy = (line: Line): Promise<{ seats: string[]; line: string[] }> =>
  runInDurableObject(objectOf(line), (_, { storage }) => {
    const ids = (statement: string) =>
      storage.sql
        .exec<{ id: string }>(statement)
        .toArray()
        .map(({ id }) => id);
    return {
      seats: ids("SELECT learner_id AS id FROM seats ORDER BY learner_id"),
      line: ids("SELECT learner_id AS id FROM waiting ORDER BY place"),
    };
  });

export const waitersOf = async ({ cohortId }: Line): Promise<string[]> =>
  (
    await rows<{ id: string }>(
      "SELECT learner_id AS id FROM lms_waiting_list WHERE cohort_id = ? ORDER BY place",
      cohortId,
    )
  ).map(({ id }) => id);
