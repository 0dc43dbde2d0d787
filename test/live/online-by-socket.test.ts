import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { afterEach, expect, test, vi } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import { cohortObject } from "../../src/cloudflare/objects.ts";
import { ONLINE_MS } from "../../src/cohorts/online.ts";
import { lmsEnrollments } from "../../src/enrollment/schema.ts";
import { apikey, session } from "../../src/identity/schema.ts";
import { newId } from "../../src/kernel/id.ts";
import { learnerChannel } from "../../src/live/channels.ts";
import { advance, db, newOrganization } from "../harness/world.ts";
import { gatewayOf, listen, listenAs } from "./listen.ts";
import { bindings, done, enroll, read, type World, world } from "./world.ts";

afterEach(() => {
  clock.now = () => Date.now();
});

async function school() {
  const here = await world();
  await enroll(here, { learnerId: here.actors.learner.id });
  return here;
}

async function online({ cohortId, actors }: World): Promise<string[]> {
  const page = await done<{ data: { userId: string }[] }>(
    read("lms.cohorts.online", { cohortId }, actors.instructor),
  );
  return page.data.map(({ userId }) => userId);
}

/** Lets the organization's gateway do what it has gathered, or its round. */
async function after(ms: number, { orgId }: Pick<World, "orgId">): Promise<void> {
  advance(ms);
  await runDurableObjectAlarm(gatewayOf(orgId));
}
const GATHERED = 300;

const isOnline = (here: World, ...userIds: string[]) =>
  vi.waitFor(async () => expect(await online(here)).toEqual(userIds), { timeout: 5_000 });

test("a learner is online in the cohort from the first socket to the last, whoever else is connected", async () => {
  const here = await school();
  const { learner, stranger, instructor } = here.actors;
  await listen(stranger);
  await listen(instructor);
  const [one, other] = [await listen(learner), await listen(learner)];
  await after(GATHERED, here);
  await isOnline(here, learner.id);
  one.socket.close(1000);
  await one.closing();
  await after(GATHERED, here);
  await isOnline(here, learner.id);
  other.socket.close(1000);
  await other.closing();
  await after(GATHERED, here);
  await isOnline(here);
});

test("whoever stays connected stays online, through an eviction too; a gateway that dies takes it along", async () => {
  const here = await school();
  await listen(here.actors.learner);
  await after(GATHERED, here);
  await isOnline(here, here.actors.learner.id);
  for (let minute = 0; minute < 4; minute++) {
    await evictDurableObject(gatewayOf(here.orgId));
    await after(ONLINE_MS / 2, here);
  }
  expect(await online(here)).toEqual([here.actors.learner.id]);
  advance(ONLINE_MS);
  expect(await online(here)).toEqual([]);
});

test("whoever enrolls or leaves the cohort while connected is told of within the minute", async () => {
  const here = await world();
  const { learner } = here.actors;
  await listen(learner);
  await after(GATHERED, here);
  expect(await online(here)).toEqual([]);
  const id = await enroll(here, { learnerId: learner.id });
  await after(ONLINE_MS / 2, here);
  expect(await online(here)).toEqual([learner.id]);
  await db.update(lmsEnrollments).set({ status: "cancelled" }).where(eq(lmsEnrollments.id, id));
  await after(ONLINE_MS / 2, here);
  const told = await cohortObject(bindings, here.cohortId).online({
    cohortId: here.cohortId,
    after: null,
    limit: 10,
    offset: 0,
  });
  expect(told).toEqual({ people: [], count: 0 });
});

test("a socket whose session was signed out or whose key has run out is closed within the minute, no other", async () => {
  const { orgId, admin, learner } = await newOrganization();
  const actorOf = async ({ id, role }: typeof admin) => {
    const credential = { kind: "session", id: newId() } as const;
    const at = new Date(clock.now());
    await db.insert(session).values({
      id: credential.id,
      token: newId(),
      userId: id,
      expiresAt: new Date(clock.now() + 86_400_000),
      createdAt: at,
      updatedAt: at,
    });
    return { id, type: "human", roles: [role], orgId, credential } as const;
  };
  const [leaver, stayer] = [await actorOf(admin), await actorOf(admin)];
  const [left, stayed] = [await listen(leaver), await listen(stayer)];
  const keyed = await listenAs(learner);
  await after(GATHERED, { orgId });
  await db.delete(session).where(eq(session.id, leaver.credential.id));
  await db
    .update(apikey)
    .set({ expiresAt: new Date(Date.now() - 1_000) })
    .where(eq(apikey.referenceId, learner.id));
  await after(ONLINE_MS / 2, { orgId });
  expect([await left.closing(), await keyed.closing()]).toEqual([4401, 4401]);
  expect(await stayed.subscribe(learnerChannel(orgId, stayer.id))).toBe("subscribed");
});
