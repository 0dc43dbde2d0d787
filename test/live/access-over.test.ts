import { expect, test } from "vitest";
import type { Actor } from "../../src/kernel/permission.ts";
import { command, drain, type Json, ok, type Person } from "../harness/world.ts";
import { paid, refund } from "../payments/paid.ts";
import { act } from "./acts.ts";
import { join } from "./socket.ts";

const DROPPED = { code: 4403, reason: "Your access to this session has ended" };
const OVER = { code: 4410, reason: "The session has ended" };

const actorOf = ({ id, role, orgId }: Person): Actor => ({
  id,
  type: "human",
  roles: [role],
  orgId,
});

/** A session under way of a cohort that a learner has paid its place in. */
async function classroom() {
  const { world, courseId, enrollmentId } = await paid({ course: { type: "hybrid" } });
  const { admin, instructor, orgId } = world;
  const made = async (type: string, payload: Json, as = instructor): Promise<Json> =>
    ok(await command(type, payload, as));
  const newCohort = async (name: string): Promise<string> => {
    const dates = { startDate: "2099-01-01", endDate: "2099-02-01", timezone: "UTC" };
    const { id } = await made("lms.cohort.create", { courseId, name, capacity: 9, ...dates });
    return String(id);
  };
  const cohortId = await newCohort("Autumn");
  await made("lms.enrollment.move", { enrollmentId, cohortId }, admin);
  const at = { scheduledAt: "2099-01-02T10:00:00Z", durationMinutes: 45 };
  const { id } = await made("lms.session.create", { cohortId, title: "Acids", ...at });
  const sessionId = String(id);
  await made("lms.session.start", { sessionId });
  await drain(orgId);
  const learner = actorOf(world.learner);
  const tabs = [await join(sessionId, learner), await join(sessionId, learner)];
  const teacher = await join(sessionId, actorOf(instructor));
  return { world, made, newCohort, cohortId, enrollmentId, sessionId, learner, tabs, teacher };
}
type Classroom = Awaited<ReturnType<typeof classroom>>;

const onEnrollment =
  (act: string, more: Json = {}) =>
  ({ made, enrollmentId, world }: Classroom) =>
    made(`lms.enrollment.${act}`, { enrollmentId, ...more }, world.admin);

const ENDINGS: Record<string, (here: Classroom) => Promise<unknown>> = {
  cancelled: onEnrollment("cancel"),
  expired: onEnrollment("expire"),
  refunded: async ({ world, enrollmentId }) => ok(await refund(world, enrollmentId)),
  "moved to another cohort": async (here) =>
    onEnrollment("move", { cohortId: await here.newCohort("Spring") })(here),
};

for (const [how, ending] of Object.entries(ENDINGS)) {
  test(`a learner whose enrollment is ${how} is let go in mid-session, and others go on`, async () => {
    const here = await classroom();
    await ending(here);
    await drain(here.world.orgId);
    for (const tab of here.tabs) expect(await tab.closing()).toEqual(DROPPED);
    expect((await act(here.teacher, { type: "chat", text: "Go on" })).type).toBe("ack");
    await expect(join(here.sessionId, here.learner)).rejects.toThrow("Permission denied");
  });
}

test("a cancelled cohort lets its learners go, and its session ends for those left", async () => {
  const { made, cohortId, world, tabs, teacher } = await classroom();
  await made("lms.cohort.cancel", { cohortId }, world.admin);
  await drain(world.orgId);
  for (const tab of tabs) expect([DROPPED, OVER]).toContainEqual(await tab.closing());
  expect(await teacher.closing()).toEqual(OVER);
});
