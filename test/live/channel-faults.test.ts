import { env } from "cloudflare:workers";
import { afterEach, expect, test } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import { hosted } from "../../src/cloudflare/plugin.ts";
import { deliver } from "../../src/kernel/delivery.ts";
import { envelopeOf, relay } from "../../src/kernel/outbox.ts";
import type { Host } from "../../src/kernel/ports.ts";
import { domainEventLog } from "../../src/kernel/schema.ts";
import { runTask } from "../../src/kernel/task-run.ts";
import { HOUR } from "../../src/kernel/time.ts";
import { createLMSRealtimeBridge } from "../../src/live/bridge.ts";
import {
  adminChannel,
  instructorChannel,
  learnerChannel,
  sessionChannel,
} from "../../src/live/channels.ts";
import { lms } from "../../src/lms.ts";
import { advance, db, drain, rows } from "../harness/world.ts";
import { onHost } from "../notifications/notices.ts";
import { listen } from "./listen.ts";
import { done, enroll, newHost, newSession, run, world } from "./world.ts";

afterEach(() => {
  clock.now = () => Date.now();
});

/** A learner who hears a session that was started by a Worker that died right after its commit. */
async function unsent() {
  const here = await world();
  const { orgId, actors } = here;
  await enroll(here, { learnerId: actors.learner.id });
  const sessionId = await newSession(here);
  const ear = await listen(actors.learner);
  await ear.subscribe(sessionChannel(orgId, sessionId));
  await done(run("lms.session.start", { sessionId }, actors.instructor));
  return { orgId, sessionId, ear };
}

const live = (sessionId: string) => ({
  type: "session:state",
  data: { sessionId, status: "live", event: "session.started" },
});

test("an event whose consumer died is told all the same, once the relay has brought it", async () => {
  const { orgId, sessionId, ear } = await unsent();
  expect(await ear.heard()).toEqual([]);
  advance(HOUR);
  await onHost((host) => relay(host, (kind) => lms.tasks.get(kind)?.queue));
  await drain(orgId);
  expect(await ear.heard()).toMatchObject([live(sessionId)]);
});

test("a message whose sender never learned that it arrived is sent again and heard once", async () => {
  const { orgId, sessionId, ear } = await unsent();
  const { host } = newHost();
  const [event] = (await db.select().from(domainEventLog)).filter(
    (row) => row.organizationId === orgId && row.eventName === "session.started",
  );
  if (!event) throw new Error("Nothing was started");
  await deliver(host, lms, [envelopeOf(event)]);
  const [task] = await rows<{ id: string }>(
    "SELECT id FROM lms_tasks WHERE organization_id = ? AND kind = 'live.forward'",
    orgId,
  );
  const ref = { id: task?.id ?? "", orgId, queue: "jobs" } as const;
  const { realtime } = host.ports;
  const cut: Host = {
    ...host,
    ports: {
      ...host.ports,
      realtime: {
        ...realtime,
        publish: async (...message) => {
          await realtime.publish(...message);
          throw new Error("Network connection lost");
        },
      },
    },
  };
  expect(await runTask(cut, lms, ref)).toMatchObject({ again: true });
  advance(HOUR);
  expect(await runTask(host, lms, ref)).toMatchObject({ again: false });
  expect(await ear.heard()).toMatchObject([live(sessionId)]);
});

test("the bridge over the Worker's own gateway reaches sockets by hand and by a rule of one's own", async () => {
  const here = await world();
  const { orgId, actors, courseId } = here;
  const sessionId = await newSession(here);
  const { context } = await hosted(env);
  if (!context.realtime) throw new Error("The Worker has no gateway");
  const bridge = createLMSRealtimeBridge(context.realtime);
  const [teacher, admin] = [await listen(actors.instructor), await listen(actors.admin)];
  const own = learnerChannel(orgId, actors.instructor.id);
  const taught = instructorChannel(orgId, courseId);
  const session = sessionChannel(orgId, sessionId);
  for (const channel of [session, taught, own]) await teacher.subscribe(channel);
  await admin.subscribe(adminChannel(orgId));
  await bridge.broadcastSessionState(orgId, sessionId, { status: "live", participantCount: 15 });
  const joined = { type: "join", userId: "u", name: "N" } as const;
  await bridge.broadcastSessionPresence(orgId, sessionId, joined);
  await bridge.notifyInstructor(orgId, courseId, { type: "enrollment:new", enrolledAt: 1 });
  await bridge.notifyLearner(orgId, actors.instructor.id, { type: "module:unlock", courseId });
  expect(await teacher.heard()).toMatchObject([
    { type: "session:state", channel: session, data: { status: "live", participantCount: 15 } },
    { type: "session:presence", channel: session, data: joined },
    { type: "enrollment:new", channel: taught, data: { enrolledAt: 1 } },
    { type: "module:unlock", channel: own, data: { courseId, orgId } },
  ]);
  const handlers: Parameters<typeof context.eventBus.subscribe>[1][] = [];
  bridge.attach({
    subscribe: (_, handler) => {
      handlers.push(handler);
      return () => undefined;
    },
  });
  bridge.forward("cohort.*", (event) => adminChannel(event.orgId));
  const cohort = { type: "cohort.created", orgId, payload: { name: "Autumn" }, occurredAt: 7 };
  await handlers.at(-1)?.(cohort as never);
  expect(await admin.heard()).toMatchObject([
    { channel: adminChannel(orgId), data: { name: "Autumn" }, timestamp: 7 },
  ]);
  await expect(context.realtime.broadcast("nowhere", "x", {})).rejects.toThrow("is no channel");
});
