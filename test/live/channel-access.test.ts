import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { apikey, member } from "../../src/identity/schema.ts";
import type { Actor } from "../../src/kernel/permission.ts";
import { runTask } from "../../src/kernel/task-run.ts";
import {
  adminChannel,
  instructorChannel,
  learnerChannel,
  sessionChannel,
} from "../../src/live/channels.ts";
import { lms } from "../../src/lms.ts";
import { db, drain, newOrganization, rows } from "../harness/world.ts";
import { onHost } from "../notifications/notices.ts";
import { listen, listenAs, message, publish } from "./listen.ts";
import { enroll, newSession, world } from "./world.ts";

const CHANNELS = ["session", "instructor", "own", "admin"] as const;

/** Which channels of an organization open to whom; `own` is the person's own there. */
const OPEN: Record<string, readonly (typeof CHANNELS)[number][]> = {
  "the learner enrolled in the cohort": ["session", "own"],
  "a learner enrolled elsewhere": ["own"],
  "a learner whose enrollment was cancelled": ["own"],
  "a learner who has not paid": ["own"],
  "the instructor of the course": ["session", "instructor", "own"],
  "another instructor": ["own"],
  "a content reviewer": ["own"],
  "an org-admin": ["own", "admin"],
  "an lms-admin": ["session", "own", "admin"],
};

async function school() {
  const here = await world();
  const { orgId, actors, courseId } = here;
  const sessionId = await newSession(here);
  const learnerOf = async (status: "cancelled" | "pending-payment"): Promise<Actor> => {
    const actor = await here.newActor("learner");
    await enroll(here, { learnerId: actor.id, status });
    return actor;
  };
  await enroll(here, { learnerId: actors.learner.id });
  const elsewhere = await here.newActor("learner");
  await enroll({ ...here, cohortId: "another" }, { learnerId: elsewhere.id });
  const people: Record<string, Actor> = {
    "the learner enrolled in the cohort": actors.learner,
    "a learner enrolled elsewhere": elsewhere,
    "a learner whose enrollment was cancelled": await learnerOf("cancelled"),
    "a learner who has not paid": await learnerOf("pending-payment"),
    "the instructor of the course": actors.instructor,
    "another instructor": actors.other,
    "a content reviewer": actors.reviewer,
    "an org-admin": await here.newActor("org-admin"),
    "an lms-admin": actors.admin,
  };
  const named = ({ id }: Actor) => ({
    session: sessionChannel(orgId, sessionId),
    instructor: instructorChannel(orgId, courseId),
    own: learnerChannel(orgId, id),
    admin: adminChannel(orgId),
  });
  return { people, named, orgId };
}

test("each channel opens to those whom it is for, in each role, and to nobody of another organization", async () => {
  const [here, there] = [await school(), await school()];
  for (const [who, actor] of Object.entries(here.people)) {
    const { subscribe, ask } = await listen(actor);
    for (const of of CHANNELS) {
      const answer = await subscribe(here.named(actor)[of]);
      expect([who, of, answer]).toEqual([
        who,
        of,
        OPEN[who]?.includes(of) ? "subscribed" : "PERMISSION_DENIED",
      ]);
    }
    const stranger = there.people[who] ?? actor;
    const foreign = Object.values(there.named(stranger));
    const unknown = ["org:x", sessionChannel(here.orgId, "none"), `${foreign[0]}:more`];
    for (const channel of [...foreign, ...unknown]) {
      expect(await ask({ type: "subscribe", channel })).toEqual({
        type: "error",
        channel,
        data: {
          code: "PERMISSION_DENIED",
          detail: "There is no such channel, or it is not open to you",
        },
        timestamp: expect.any(Number),
      });
    }
  }
});

test("nobody hears another's own channel, be it an admin", async () => {
  const { people, named } = await school();
  const [admin, learner] = [people["an lms-admin"], people["a learner enrolled elsewhere"]];
  if (!admin || !learner) throw new Error("Nobody there");
  const { subscribe } = await listen(admin);
  expect(await subscribe(named(learner).own)).toBe("PERMISSION_DENIED");
});

test("a ticket gives no more than the key that asked for it, and no more than there is left of it", async () => {
  const { orgId, newPerson } = await newOrganization();
  const admin = await newPerson("lms-admin");
  const own = learnerChannel(orgId, admin.id);
  const roleIs = (role: string) =>
    db.update(member).set({ role }).where(eq(member.userId, admin.id));
  const keyIs = (key: { metadata: string } | { enabled: boolean }) =>
    db.update(apikey).set(key).where(eq(apikey.referenceId, admin.id));
  const keyFor = (...roles: string[]) =>
    keyIs({ metadata: JSON.stringify({ organizationId: orgId, roles }) });
  await roleIs("lms-admin,learner");
  await keyFor("learner");
  const { subscribe, ask } = await listenAs(admin);
  expect(await subscribe(own)).toBe("subscribed");
  expect(await subscribe(adminChannel(orgId))).toBe("PERMISSION_DENIED");
  await keyFor("learner", "lms-admin");
  expect(await subscribe(adminChannel(orgId))).toBe("subscribed");
  await ask({ type: "unsubscribe", channel: adminChannel(orgId) });
  await roleIs("learner");
  expect(await subscribe(adminChannel(orgId))).toBe("PERMISSION_DENIED");
  await ask({ type: "unsubscribe", channel: own });
  await keyIs({ enabled: false });
  expect(await subscribe(own)).toBe("PERMISSION_DENIED");
});

test("who loses a role hears no more what it opened, and keeps the rest", async () => {
  const { orgId, newPerson } = await newOrganization();
  const admin = await newPerson("lms-admin");
  const own = learnerChannel(orgId, admin.id);
  const metadata = JSON.stringify({ organizationId: orgId, roles: ["lms-admin", "learner"] });
  await db.update(apikey).set({ metadata }).where(eq(apikey.referenceId, admin.id));
  const { subscribe, nextOf, heard } = await listenAs(admin);
  for (const channel of [own, adminChannel(orgId)]) await subscribe(channel);
  await db.update(member).set({ role: "learner" }).where(eq(member.userId, admin.id));
  const wanted = await rows<{ id: string }>(
    "SELECT id FROM lms_tasks WHERE organization_id = ? AND kind = 'identity.sync' AND state = 'ready'",
    orgId,
  );
  for (const { id } of wanted) {
    await onHost((host) => runTask(host, lms, { id, orgId, queue: "jobs" }));
  }
  expect(await nextOf("unsubscribed")).toMatchObject({ channel: adminChannel(orgId) });
  await drain(orgId);
  await publish(orgId, message("a", own), message("b", adminChannel(orgId)));
  expect(await heard()).toMatchObject([{ channel: own }]);
});
