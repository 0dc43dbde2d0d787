import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { lmsCohorts } from "../../src/cohorts/schema.ts";
import { lmsSettings } from "../../src/identity/schema.ts";
import { newId } from "../../src/kernel/id.ts";
import { db, eventsOf } from "../harness/world.ts";
import { scheduling } from "./session.ts";
import { codeOf, done, run, world } from "./world.ts";

test("an instructor schedules a session, and its event names it", async () => {
  const here = await world();
  const outcome = await run("lms.session.create", scheduling(here), here.actors.instructor);
  expect(outcome).toMatchObject({
    ok: true,
    status: 201,
    answer: {
      status: "scheduled",
      scheduledAt: "2027-01-10T17:00:00.000Z",
      endsAt: "2027-01-10T18:30:00.000Z",
      provider: "built-in",
      version: 1,
    },
  });
  const { id } = await done<{ id: string }>(Promise.resolve(outcome));
  expect(await eventsOf(id)).toMatchObject([
    {
      name: "session.created",
      payload: { sessionId: id, cohortId: here.cohortId, meetingUrl: scheduling(here).meetingUrl },
    },
  ]);
});

test("a closed cohort takes no sessions", async () => {
  const here = await world();
  await db.update(lmsCohorts).set({ status: "cancelled" }).where(eq(lmsCohorts.id, here.cohortId));
  expect(codeOf(await run("lms.session.create", scheduling(here), here.actors.instructor))).toBe(
    "INVALID_TRANSITION",
  );
});

test("an organization that has switched live sessions off is refused", async () => {
  const here = await world();
  await db.insert(lmsSettings).values({
    id: newId(),
    organizationId: here.orgId,
    version: 1,
    createdAt: 1,
    updatedAt: 1,
    features: { enableLiveSessions: false },
  });
  expect(codeOf(await run("lms.session.create", scheduling(here), here.actors.instructor))).toBe(
    "FEATURE_DISABLED",
  );
});
