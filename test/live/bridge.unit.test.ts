import { expect, test, vi } from "vitest";
import type { Envelope } from "../../src/kernel/event.ts";
import { matchesEvent } from "../../src/kernel/event.ts";
import { createLMSRealtimeBridge, registerLMSRealtime } from "../../src/live/bridge.ts";
import {
  adminChannel,
  instructorChannel,
  learnerChannel,
  sessionChannel,
} from "../../src/live/channels.ts";

type Handler = (event: Envelope) => Promise<void>;

function rig() {
  const handlers = new Map<Handler, string>();
  const bus = {
    subscribe: (pattern: string, handler: Handler) => {
      handlers.set(handler, pattern);
      return () => handlers.delete(handler);
    },
  };
  const broadcast = vi.fn(async () => undefined);
  const bridge = createLMSRealtimeBridge({ broadcast }, { now: () => 7 });
  const publish = async (type: string, payload: object) => {
    const event = { type, payload, orgId: "org-1", occurredAt: 5 } as Envelope;
    for (const [handler, pattern] of handlers) {
      if (matchesEvent(pattern, type)) await handler(event);
    }
  };
  return { bus, bridge, broadcast, publish };
}

const ids = { sessionId: "s", courseId: "c", learnerId: "l" };

test("the channels have the names that clients subscribe to", () => {
  expect([
    sessionChannel("org-123", "session-456"),
    instructorChannel("org-123", "course-456"),
    learnerChannel("org-123", "learner-789"),
    adminChannel("org-123"),
  ]).toEqual([
    "org:org-123:lms:session:session-456",
    "org:org-123:lms:course:course-456:instructor",
    "org:learner-789:actor:learner-789:lms",
    "org:org-123:lms:admin",
  ]);
});

test.each([
  ["session.started", "org:org-1:lms:session:s", "session:state"],
  ["enrollment.activated", "org:org-1:lms:course:c:instructor", "enrollment:new"],
  ["submission.received", "org:org-1:lms:course:c:instructor", "submission:new"],
  ["module.unlocked", "org:l:actor:l:lms", "module:unlock"],
  ["certificate.issued", "org:l:actor:l:lms", "certificate:ready"],
  ["course.submitted-for-review", "org:org-1:lms:admin", "notification:new"],
])("%s is told on %s", async (type, channel, message) => {
  const { bus, bridge, broadcast, publish } = rig();
  registerLMSRealtime(bridge, bus);
  await publish(type, ids);
  const data = expect.objectContaining({ event: type, orgId: "org-1" });
  expect(broadcast).toHaveBeenCalledExactlyOnceWith(channel, message, {
    type: message,
    channel,
    data,
    timestamp: 5,
  });
});

test("an event that does not say whom it concerns is told to nobody", async () => {
  const { bus, bridge, broadcast, publish } = rig();
  registerLMSRealtime(bridge, bus);
  await publish("submission.created", { submissionId: "x" });
  await publish("course.published", ids);
  expect(broadcast).not.toHaveBeenCalled();
});

test("a session's message says the status that the event leaves it in", async () => {
  const { bus, bridge, broadcast, publish } = rig();
  registerLMSRealtime(bridge, bus);
  await publish("session.ended", ids);
  expect(broadcast.mock.calls[0]?.at(2)).toMatchObject({ data: { status: "ended" } });
});

test("a rule added after the registration counts from then on, and all end with it", async () => {
  const { bus, bridge, broadcast, publish } = rig();
  const off = registerLMSRealtime(bridge, bus);
  bridge.forward("course.*", ({ orgId }) => adminChannel(orgId));
  await publish("course.published", ids);
  expect(broadcast).toHaveBeenCalledTimes(1);
  off();
  await publish("course.published", ids);
  await publish("session.started", ids);
  expect(broadcast).toHaveBeenCalledTimes(1);
});

test("registered twice with one bus, an event is still told once", async () => {
  const { bus, bridge, broadcast, publish } = rig();
  registerLMSRealtime(bridge, bus);
  registerLMSRealtime(bridge, bus);
  await publish("session.started", ids);
  expect(broadcast).toHaveBeenCalledTimes(1);
});

test("by hand: state, presence, and notices to an instructor and a learner", async () => {
  const { bridge, broadcast } = rig();
  await bridge.broadcastSessionState("o", "s", { status: "live", participantCount: 15 });
  await bridge.broadcastSessionPresence("o", "s", { type: "join", userId: "u", name: "N" });
  await bridge.notifyInstructor("o", "c", { type: "enrollment:new", enrolledAt: 1 });
  await bridge.notifyLearner("o", "l", { type: "module:unlock", courseId: "c" });
  const calls = broadcast.mock.calls as unknown as [string, string, { data: unknown }][];
  expect(calls.map(([channel, type, { data }]) => [channel, type, data])).toEqual([
    ["org:o:lms:session:s", "session:state", { status: "live", participantCount: 15 }],
    ["org:o:lms:session:s", "session:presence", { type: "join", userId: "u", name: "N" }],
    ["org:o:lms:course:c:instructor", "enrollment:new", { enrolledAt: 1 }],
    ["org:l:actor:l:lms", "module:unlock", { courseId: "c", orgId: "o" }],
  ]);
});
