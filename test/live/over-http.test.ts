import { runInDurableObject } from "cloudflare:test";
import { exports } from "cloudflare:workers";
import { afterEach, expect, test } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import { publishedCourse } from "../harness/course.ts";
import { drain, http, newOrganization, ORIGIN, ok, type Person } from "../harness/world.ts";
import { objectOf } from "./socket.ts";

afterEach(() => {
  clock.now = () => Date.now();
});

/** An organization with a course, a cohort, a session and a learner enrolled, by their routes alone. */
async function school() {
  const people = await newOrganization();
  const as = people.instructor;
  const { course } = await publishedCourse(people, { course: { type: "cohort" } });
  const cohort = ok(
    await http("POST", "/lms/instructor/cohorts", {
      as,
      body: {
        courseId: course.id,
        name: "Autumn",
        startDate: "2027-01-01",
        endDate: "2027-02-01",
        capacity: 2,
        timezone: "Asia/Kolkata",
      },
    }),
  );
  const session = ok(
    await http("POST", `/lms/instructor/cohorts/${cohort.id}/sessions`, {
      as,
      body: { title: "One", scheduledAt: "2027-01-02T10:00:00Z", durationMinutes: 60 },
    }),
  );
  const body = { courseId: course.id, cohortId: cohort.id };
  ok(await http("POST", "/lms/enrollments", { as: people.learner, body }));
  return { people, course, cohort, session };
}

const upgrade = (path: string) =>
  exports.default.fetch(`${ORIGIN}${path}`, { headers: { upgrade: "websocket" } });

async function connect(sessionId: string, as: Person) {
  const { url, ticket } = ok(await http("POST", `/lms/sessions/${sessionId}/ticket`, { as }));
  const answer = await upgrade(url);
  const socket = answer.webSocket;
  if (!socket) throw new Error(`Not upgraded: ${answer.status}`);
  const told: { type: string; data: unknown }[] = [];
  const waiting: (() => void)[] = [];
  socket.addEventListener("message", ({ data }) => {
    told.push(JSON.parse(String(data)));
    for (const wake of waiting.splice(0)) wake();
  });
  const closed = new Promise<number>((resolve) => {
    socket.addEventListener("close", ({ code }) => resolve(code));
  });
  socket.accept();
  const nextOf = async (type: string) => {
    for (;;) {
      const at = told.findIndex((one) => one.type === type);
      if (at >= 0) return told.splice(0, at + 1).at(-1);
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  };
  return { ticket, url, socket, nextOf, closed };
}

test("a learner joins a session over its routes and is told when it starts and ends", async () => {
  const { people, session } = await school();
  const { nextOf, url } = await connect(session.id, people.learner);
  expect(await nextOf("welcome")).toMatchObject({ data: { state: { status: "scheduled" } } });
  expect(await nextOf("session:presence")).toMatchObject({ data: { count: 1 } });
  const as = people.instructor;
  expect((await http("POST", `/lms/sessions/${session.id}/start`, { as })).status).toBe(200);
  expect(await nextOf("session:state")).toMatchObject({ data: { status: "live" } });
  expect((await http("POST", `/lms/sessions/${session.id}/end`, { as })).status).toBe(200);
  expect(await nextOf("session:state")).toMatchObject({ data: { status: "ended" } });
  const again = await upgrade(url);
  expect(again.status).toBe(401);
  expect(again.headers.get("content-type")).toBe("application/problem+json");
  await drain(people.orgId);
});

test("every route of cohorts and sessions answers with its status, version and place", async () => {
  const { people, cohort, session } = await school();
  const { instructor, learner } = people;
  const seen = await http("GET", `/lms/cohorts/${cohort.id}`, { as: learner });
  expect(seen).toMatchObject({ status: 200, body: { freePlaces: 1 } });
  expect(seen.headers.get("etag")).toBe('"v1"');
  expect(
    (await http("GET", `/lms/cohorts/${cohort.id}/sessions`, { as: learner })).body,
  ).toMatchObject({ data: [{ id: session.id }] });
  expect((await http("GET", `/lms/sessions/${session.id}`, { as: learner })).status).toBe(200);
  expect((await http("GET", "/lms/instructor/cohorts", { as: instructor })).body.data).toHaveLength(
    1,
  );
  const path = `/lms/instructor/cohorts/${cohort.id}`;
  const stale = { "if-match": '"v9"' };
  const body = { name: "Winter" };
  expect((await http("PATCH", path, { as: instructor, body, headers: stale })).status).toBe(412);
  expect(await http("PATCH", path, { as: instructor, body })).toMatchObject({
    status: 200,
    body: { name: "Winter", version: 2 },
    trips: 2,
  });
  const moved = { durationMinutes: 45 };
  const patched = await http("PATCH", `/lms/sessions/${session.id}`, {
    as: instructor,
    body: moved,
  });
  expect(patched).toMatchObject({ status: 200, body: { durationMinutes: 45 } });
  const cancel = await http("POST", `/lms/sessions/${session.id}/cancel`, { as: instructor });
  expect(cancel).toMatchObject({ status: 200, body: { status: "cancelled" } });
  expect((await http("POST", `${path}/cancel`, { as: instructor })).body.status).toBe("cancelled");
  await drain(people.orgId);
});

test("a seat given up over its route is taken by the next learner", async () => {
  const { people, course, cohort } = await school();
  const body = { courseId: course.id, cohortId: cohort.id };
  const [second, third] = [await people.newPerson("learner"), await people.newPerson("learner")];
  const enrollment = ok(await http("POST", "/lms/enrollments", { as: second, body }));
  const full = await http("POST", "/lms/enrollments", { as: third, body });
  expect(full).toMatchObject({ status: 409, body: { code: "CAPACITY_REACHED" } });
  clock.now = () => Date.now() + 61_000;
  ok(await http("POST", `/lms/enrollments/${enrollment.id}/cancel`, { as: second }));
  await drain(people.orgId);
  expect((await http("POST", "/lms/enrollments", { as: third, body })).status).toBe(201);
});

test("a suspended learner's sockets are closed, a spare ticket opens none, and the others stay", async () => {
  const { people, session } = await school();
  const { instructor, learner } = people;
  const here = await connect(session.id, learner);
  const staying = await connect(session.id, instructor);
  expect(await staying.nextOf("session:presence")).toMatchObject({ data: { count: 2 } });
  const spare = ok(await http("POST", `/lms/sessions/${session.id}/ticket`, { as: learner }));
  const suspend = `/lms/admin/learners/${learner.id}/suspend`;
  ok(await http("POST", suspend, { as: people.admin }));
  expect(await here.closed).toBe(4403);
  expect((await upgrade(spare.url)).status).toBe(403);
  const ticket = await http("POST", `/lms/sessions/${session.id}/ticket`, { as: learner });
  expect(ticket).toMatchObject({ status: 403, body: { code: "SUSPENDED" } });
  expect(await staying.nextOf("session:presence")).toMatchObject({
    data: { count: 1, changes: [{ type: "leave", userId: learner.id }] },
  });
  await drain(people.orgId);
});

test("an erased learner's name is forgotten by the session where it was", async () => {
  const { people, course, cohort, session } = await school();
  const named = await people.newPerson("learner", "Ada of Kazan");
  const body = { courseId: course.id, cohortId: cohort.id };
  ok(await http("POST", "/lms/enrollments", { as: named, body }));
  const staying = await connect(session.id, people.instructor);
  const here = await connect(session.id, named);
  await here.nextOf("session:presence");
  const kept = () =>
    runInDurableObject(objectOf(session.id), (_, { storage }) =>
      JSON.stringify([
        storage.sql.exec("SELECT * FROM broadcasts").toArray(),
        storage.sql.exec("SELECT * FROM announced").toArray(),
      ]),
    );
  expect(await kept()).toContain("Ada of Kazan");
  const erase = `/lms/admin/learners/${named.id}/erase`;
  ok(await http("POST", erase, { as: people.admin, body: { confirm: named.id } }));
  expect(await here.closed).toBe(4403);
  await drain(people.orgId);
  for (let told = ""; !told.includes('"leave"'); ) {
    told = JSON.stringify(await staying.nextOf("session:presence"));
  }
  expect(await kept()).not.toContain("Ada of Kazan");
});
