import { eq } from "drizzle-orm";
import { seatsPort } from "../../src/cloudflare/objects.ts";
import { lmsCohorts } from "../../src/cohorts/schema.ts";
import { newId } from "../../src/kernel/id.ts";
import { db } from "../harness/world.ts";
import { bindings, type World } from "../live/world.ts";

export type Shown = {
  id: string;
  version: number;
  status: string;
  capacity: number;
  freePlaces: number;
};

export const opening = ({ courseId }: World) => ({
  courseId,
  name: "Spring",
  startDate: "2027-03-01",
  endDate: "2027-05-31",
  capacity: 20,
  timezone: "Europe/Berlin",
});

export const rowOf = async (cohortId: string) =>
  (await db.select().from(lmsCohorts).where(eq(lmsCohorts.id, cohortId)))[0];

export const seatIn = (
  { cohortId }: World,
  learnerId: string,
  capacity: number,
  cohortVersion: number,
) =>
  seatsPort(bindings).reserve({
    cohortId,
    learnerId,
    enrollmentId: newId(),
    capacity,
    cohortVersion,
  });

/** Each command on the cohort of the world, with what it needs. */
export const onCohort = [
  ["lms.cohort.update", { name: "Renamed" }],
  ["lms.cohort.activate", {}],
  ["lms.cohort.complete", {}],
  ["lms.cohort.cancel", {}],
] as const;
