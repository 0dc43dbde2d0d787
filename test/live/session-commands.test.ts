import { eq } from "drizzle-orm";
import { afterEach, expect, test } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import { lmsCohorts } from "../../src/cohorts/schema.ts";
import { lmsFiles } from "../../src/files/schema.ts";
import { lmsSettings } from "../../src/identity/schema.ts";
import { newId } from "../../src/kernel/id.ts";
import { ask, dispatch } from "../../src/kernel/mediator.ts";
import type { Actor } from "../../src/kernel/permission.ts";
import { HOUR } from "../../src/kernel/time.ts";
import { lmsLiveSessions, lmsTickets } from "../../src/live/schema.ts";
import { lms } from "../../src/lms.ts";
import { advance, db, eventsOf } from "../harness/world.ts";
import {
  codeOf,
  done,
  enroll,
  newHost,
  newSession,
  read,
  run,
  type World,
  world,
} from "./world.ts";

const scheduling = ({ cohortId }: World) => ({
  cohortId,
  title: "Second evening",
  scheduledAt: "2027-01-10T18:00:00.000+01:00",
  durationMinutes: 90,
  meetingUrl: "https://meet.example.org/second",
});

const rowOf = async (sessionId: string) =>
  (await db.select().from(lmsLiveSessions).where(eq(lmsLiveSessions.id, sessionId)))[0];

const RECORDING = { recordingUrl: "https://video.example.org/2" };

/** Each command on a session, with what it needs. */
const onSession = [
  ["lms.session.update", { title: "Renamed" }],
  ["lms.session.start", {}],
  ["lms.session.end", {}],
  ["lms.session.cancel", {}],
  ["lms.session.uploadRecording", RECORDING],
] as const;

async function fileOf(owner: Actor, status: "ready" | "pending" = "ready"): Promise<string> {
  const id = newId();
  await db.insert(lmsFiles).values({
    id,
    organizationId: owner.orgId,
    createdAt: 1,
    updatedAt: 1,
    version: 1,
    key: `${owner.orgId}/${id}`,
    ownerId: owner.id,
    name: "evening.mp4",
    contentType: "video/mp4",
    size: 1,
    sha256: "0",
    purpose: "course",
    status,
  });
  return id;
}

afterEach(() => {
  clock.now = () => Date.now();
});

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

test("a session runs scheduled, live, ended, recorded, and every other step is refused by its state", async () => {
  const here = await world();
  const sessionId = await newSession(here);
  const { instructor } = here.actors;
  const act = (name: string, rest: object = {}) =>
    run(`lms.session.${name}`, { sessionId, ...rest }, instructor);
  expect(codeOf(await act("end"))).toBe("INVALID_TRANSITION");
  expect(codeOf(await act("uploadRecording", RECORDING))).toBe("INVALID_TRANSITION");
  await done(act("start"));
  for (const name of ["start", "cancel"]) {
    expect(codeOf(await act(name)), name).toBe("INVALID_TRANSITION");
  }
  advance(HOUR);
  await done(act("end"));
  await done(act("uploadRecording", RECORDING));
  for (const [type, rest] of onSession) {
    const outcome = await run(type, { sessionId, ...rest }, instructor);
    expect(codeOf(outcome), type).toBe("INVALID_TRANSITION");
  }
  expect(await eventsOf(sessionId)).toMatchObject([
    { name: "session.started", version: 2 },
    { name: "session.ended", version: 3, payload: { durationMinutes: 60, attendeeCount: 0 } },
    { name: "session.recorded", version: 4, payload: RECORDING },
  ]);
});

test("only its own instructors and lms-admin change and run a session", async () => {
  const here = await world();
  await enroll(here, { learnerId: here.actors.learner.id });
  const sessionId = await newSession(here);
  const { admin, other, learner, reviewer, public: nobody } = here.actors;
  for (const actor of [other, learner, reviewer]) {
    expect(codeOf(await run("lms.session.create", scheduling(here), actor))).toBe(
      "PERMISSION_DENIED",
    );
    for (const [type, rest] of onSession) {
      expect(codeOf(await run(type, { sessionId, ...rest }, actor)), type).toBe(
        "PERMISSION_DENIED",
      );
    }
  }
  expect(codeOf(await run("lms.session.start", { sessionId }, nobody))).toBe("UNAUTHENTICATED");
  expect(codeOf(await run("lms.session.start", { sessionId }, admin))).toBe("ok 200");
});

test("the cohort's instructor runs the sessions of a course that is another's", async () => {
  const here = await world();
  const { other, admin } = here.actors;
  const { cohortId } = here;
  await done(run("lms.cohort.update", { cohortId, instructorId: other.id }, admin));
  const made = await done<{ id: string; instructorId: string }>(
    run("lms.session.create", scheduling(here), other),
  );
  expect(made.instructorId).toBe(other.id);
  expect(codeOf(await run("lms.session.start", { sessionId: made.id }, other))).toBe("ok 200");
});

test("a foreign organization's session is not found, with the very answer of a missing one", async () => {
  const [here, elsewhere] = [await world(), await world()];
  const sessionId = await newSession(here);
  const { admin } = elsewhere.actors;
  for (const [type, rest] of [...onSession, ["lms.session.ticket", {}] as const]) {
    const foreign = await run(type, { sessionId, ...rest }, admin);
    expect(codeOf(foreign), type).toBe("NOT_FOUND");
    expect(foreign).toEqual(await run(type, { sessionId: newId(), ...rest }, admin));
  }
  for (const [type, params, missing] of [
    ["lms.sessions.get", { id: sessionId }, { id: newId() }],
    ["lms.cohorts.sessions", { cohortId: here.cohortId }, { cohortId: newId() }],
  ] as const) {
    const foreign = await read(type, params, admin);
    expect(codeOf(foreign), type).toBe("NOT_FOUND");
    expect(foreign).toEqual(await read(type, missing, admin));
  }
});

test("a closed cohort takes no sessions", async () => {
  const here = await world();
  await db.update(lmsCohorts).set({ status: "cancelled" }).where(eq(lmsCohorts.id, here.cohortId));
  expect(codeOf(await run("lms.session.create", scheduling(here), here.actors.instructor))).toBe(
    "INVALID_TRANSITION",
  );
});

test("a session is moved while it is to come; a live one may last longer, not begin anew", async () => {
  const here = await world();
  const sessionId = await newSession(here);
  const { instructor } = here.actors;
  const update = (rest: object) => run("lms.session.update", { sessionId, ...rest }, instructor);
  const scheduledAt = "2027-02-01T10:00:00.000Z";
  await done(update({ scheduledAt }));
  await done(update({ scheduledAt }));
  expect(await eventsOf(sessionId)).toMatchObject([
    { name: "session.updated", payload: { scheduledAt, updatedFields: ["scheduledAt"] } },
  ]);
  await done(run("lms.session.start", { sessionId }, instructor));
  expect(codeOf(await update({ scheduledAt: "2027-02-02T10:00:00.000Z" }))).toBe(
    "INVALID_TRANSITION",
  );
  expect(codeOf(await update({ durationMinutes: 120 }))).toBe("ok 200");
});

test("forty starts at once: one succeeds, and one event is recorded", async () => {
  const here = await world();
  const sessionId = await newSession(here);
  const outcomes = await Promise.all(
    Array.from({ length: 40 }, () =>
      run("lms.session.start", { sessionId }, here.actors.instructor),
    ),
  );
  expect(outcomes.map(codeOf).toSorted()).toEqual([
    ...Array.from({ length: 39 }, () => "INVALID_TRANSITION"),
    "ok 200",
  ]);
  expect(await eventsOf(sessionId)).toHaveLength(1);
});

test("a recording is an https address or a ready file of one's own, which becomes the course's", async () => {
  const here = await world();
  const { instructor, other } = here.actors;
  const sessionId = await newSession(here);
  await done(run("lms.session.start", { sessionId }, instructor));
  await done(run("lms.session.end", { sessionId }, instructor));
  const upload = (rest: object) =>
    run("lms.session.uploadRecording", { sessionId, ...rest }, instructor);
  const fileId = await fileOf(instructor);
  for (const bad of [{}, { ...RECORDING, fileId }, { recordingUrl: "http://video.example.org" }]) {
    expect(codeOf(await upload(bad))).toBe("VALIDATION_FAILED");
  }
  for (const bad of [newId(), await fileOf(other), await fileOf(instructor, "pending")]) {
    expect(codeOf(await upload({ fileId: bad }))).toBe("NOT_FOUND");
  }
  expect(codeOf(await upload({ fileId }))).toBe("ok 200");
  expect(await rowOf(sessionId)).toMatchObject({
    status: "recorded",
    recordingUrl: `/files/${here.orgId}/${fileId}`,
  });
  const [file] = await db.select().from(lmsFiles).where(eq(lmsFiles.id, fileId));
  expect(file?.attachedTo).toBe(here.courseId);
});

test("a session is read and joined by its enrolled learners, its instructors and lms-admin alone", async () => {
  const here = await world();
  const sessionId = await newSession(here);
  const { learner, stranger, instructor, admin, other, reviewer } = here.actors;
  await enroll(here, { learnerId: learner.id });
  await enroll(here, { learnerId: stranger.id, status: "pending-payment", seatUntil: 1 });
  const asks = [
    (actor: Actor) => read("lms.sessions.get", { id: sessionId }, actor),
    (actor: Actor) => read("lms.cohorts.sessions", { cohortId: here.cohortId }, actor),
    (actor: Actor) => run("lms.session.ticket", { sessionId }, actor),
  ];
  for (const asked of asks) {
    for (const actor of [learner, instructor, admin]) {
      expect(codeOf(await asked(actor))).toMatch(/^ok/);
    }
    for (const actor of [stranger, other, reviewer]) {
      expect(codeOf(await asked(actor))).toBe("PERMISSION_DENIED");
    }
  }
});

test("a learner of another cohort of the course neither reads nor joins the session", async () => {
  const here = await world();
  const sessionId = await newSession(here);
  const { learner } = here.actors;
  await enroll({ ...here, cohortId: newId() }, { learnerId: learner.id });
  expect(codeOf(await read("lms.sessions.get", { id: sessionId }, learner))).toBe(
    "PERMISSION_DENIED",
  );
  expect(codeOf(await run("lms.session.ticket", { sessionId }, learner))).toBe("PERMISSION_DENIED");
});

test("a cohort's sessions come in the order of their times, page by page", async () => {
  const here = await world();
  const { instructor } = here.actors;
  const days = ["2027-03-05", "2027-03-01", "2027-03-03", "2027-03-02", "2027-03-04"];
  for (const day of days) {
    const scheduledAt = `${day}T10:00:00.000Z`;
    await done(run("lms.session.create", { ...scheduling(here), scheduledAt }, instructor));
  }
  type Page = { data: { scheduledAt: string }[]; nextCursor: string | null };
  const seen: string[] = [];
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const params = { cohortId: here.cohortId, limit: 2, ...(cursor ? { cursor } : {}) };
    const page: Page = await done<Page>(read("lms.cohorts.sessions", params, instructor));
    seen.push(...page.data.map(({ scheduledAt }) => scheduledAt.slice(0, 10)));
    cursor = page.nextCursor;
  }
  expect(seen).toEqual(days.toSorted());
});

test("a ticket is kept as a hash, shown once, and a repeat under its key shows none", async () => {
  const here = await world();
  const sessionId = await newSession(here);
  const { instructor } = here.actors;
  const key = newId();
  const first = await run("lms.session.ticket", { sessionId }, instructor, { key });
  const { ticket, url } = await done<{ ticket: string; url: string }>(Promise.resolve(first));
  expect(url).toBe(`/lms/sessions/${sessionId}/ws?ticket=${ticket}`);
  const again = await run("lms.session.ticket", { sessionId }, instructor, { key });
  expect(again).toMatchObject({ ok: true, replayed: true, answer: { ticket: null, url: null } });
  const tickets = await db.select().from(lmsTickets).where(eq(lmsTickets.sessionId, sessionId));
  expect(tickets).toHaveLength(1);
  expect(JSON.stringify(tickets)).not.toContain(ticket);
  expect(await eventsOf(sessionId)).toEqual([]);
});

test("there are no tickets to what is over", async () => {
  const here = await world();
  const sessionId = await newSession(here);
  const { instructor } = here.actors;
  await done(run("lms.session.cancel", { sessionId, reason: "Ill" }, instructor));
  expect(await rowOf(sessionId)).toMatchObject({ status: "cancelled", cancelReason: "Ill" });
  expect(JSON.stringify(await eventsOf(sessionId))).not.toContain("Ill");
  expect(codeOf(await run("lms.session.ticket", { sessionId }, instructor))).toBe(
    "INVALID_TRANSITION",
  );
});

test("a command costs two trips and a query one", async () => {
  const here = await world();
  const sessionId = await newSession(here);
  const { instructor } = here.actors;
  const trips = async (type: string, payload: object) => {
    const { host, meter } = newHost();
    const request = { type, payload, actor: instructor, correlationId: "test" };
    await dispatch(host, lms, request);
    return meter.trips;
  };
  expect(await trips("lms.session.create", scheduling(here))).toBe(2);
  expect(await trips("lms.session.ticket", { sessionId })).toBe(2);
  expect(await trips("lms.session.start", { sessionId })).toBe(2);
  expect(await trips("lms.cohort.update", { cohortId: here.cohortId, capacity: 29 })).toBe(2);
  for (const [type, params] of [
    ["lms.sessions.get", { id: sessionId }],
    ["lms.cohorts.get", { id: here.cohortId }],
    ["lms.cohorts.sessions", { cohortId: here.cohortId }],
    ["lms.instructor.cohorts", {}],
  ] as const) {
    const { host, meter } = newHost();
    await ask(host, lms, { type, params, actor: instructor });
    expect(meter.trips, type).toBe(1);
  }
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
