// A live session of Lyceum with people in it: rows and tickets at once, then sockets as a browser opens them.
import { createHash, randomBytes } from "node:crypto";
import WebSocket from "ws";
import { workerdPid } from "./runtime.mjs";

const HOUR = 3_600_000;
const idOf = (kind, at) => `0190000${kind}-0000-7000-8000-${at.toString(16).padStart(12, "0")}`;
const hashOf = (ticket) => createHash("sha256").update(ticket).digest("hex");
const ROWS_A_BATCH = 100;

/** The first `hosts` sockets are tabs of the instructor; each other is a learner's. */
export async function lyceumRoom({ runtime, orgId, at, size, hosts }) {
  const of = {
    sessionId: idOf(2, at),
    cohortId: idOf(3, at),
    courseId: idOf(4, at),
    hostId: idOf(5, at),
  };
  const people = Array.from({ length: size }, (_, index) => ({
    userId: index < hosts ? of.hostId : idOf(6, at * 10_000 + index),
    ticket: randomBytes(32).toString("base64url"),
  }));
  await written(runtime.database, { orgId, at, of, people, hosts });
  const url = `ws://127.0.0.1:${runtime.ports.lyceum}/lms/sessions/${of.sessionId}/ws`;
  return {
    pid: workerdPid(),
    connect: (index, hear) => connected(`${url}?ticket=${people[index].ticket}`, hear),
  };
}

async function written(database, { orgId, at, of, people, hosts }) {
  const now = Date.now();
  const row = { organization_id: orgId, created_at: now, updated_at: now };
  const root = { ...row, version: 1 };
  const statementOf = (table, values) =>
    database
      .prepare(
        `INSERT OR IGNORE INTO ${table} (${Object.keys(values)}) VALUES (${Object.keys(values).map(() => "?")})`,
      )
      .bind(...Object.values(values));
  const member = (userId, role, name) =>
    statementOf("lms_members", {
      ...root,
      ...{ id: userId, user_id: userId, display_name: name, email: `${userId}@bench.example` },
      ...{ roles: JSON.stringify([role]), preferences: "{}" },
    });
  const led = { course_id: of.courseId, instructor_id: of.hostId };
  const statements = [
    member(of.hostId, "instructor", "Teacher"),
    statementOf("lms_courses", {
      ...root,
      ...{ id: of.courseId, title: "Bench", slug: `bench-${at}`, instructor_id: of.hostId },
      ...{ status: "published", type: "cohort", level: "beginner" },
      ...{ learning_objectives: "[]", prerequisites: "[]" },
    }),
    statementOf("lms_cohorts", {
      ...{ ...root, ...led, id: of.cohortId, name: "Bench", timezone: "UTC", status: "active" },
      ...{ start_date: "2026-01-01", end_date: "2099-01-01", capacity: people.length },
    }),
    statementOf("lms_live_sessions", {
      ...{ ...root, ...led, id: of.sessionId, cohort_id: of.cohortId, title: "Bench" },
      ...{ scheduled_at: now - 60_000, started_at: now - 60_000, duration_minutes: 600 },
      ...{ provider: "built-in", status: "live" },
    }),
    ...people.slice(hosts).flatMap(({ userId }) => [
      member(userId, "learner", "Learner"),
      statementOf("lms_enrollments", {
        ...{ ...root, id: userId, learner_id: userId, course_id: of.courseId },
        ...{ cohort_id: of.cohortId, status: "active", price_paid_amount: 0 },
        ...{ price_paid_currency: "USD", enrolled_at: now, source: "self" },
      }),
    ]),
    ...people.map(({ userId, ticket }, index) =>
      statementOf("lms_tickets", {
        ...{ ...row, id: idOf(7, at * 10_000 + index), token_hash: hashOf(ticket) },
        ...{ member_id: userId, session_id: of.sessionId, expires_at: now + HOUR },
      }),
    ),
  ];
  for (let from = 0; from < statements.length; from += ROWS_A_BATCH) {
    await insisted(() => database.batch(statements.slice(from, from + ROWS_A_BATCH)));
  }
}

const TRIES = 3;

/** Miniflare's way to its own database may have been closed while passwords were hashed; rows are put in once. */
async function insisted(write) {
  for (let at = 1; ; at++) {
    try {
      return await write();
    } catch (error) {
      if (at === TRIES || error.message !== "fetch failed") throw error;
    }
  }
}

function connected(url, hear) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    const waiting = new Map();
    let refs = 0;
    socket.once("error", reject);
    socket.once("unexpected-response", (_, answer) => {
      answer.setEncoding("utf8").once("data", (text) => reject(new Error(text)));
    });
    socket.once("open", () =>
      resolve({
        say: (frame) =>
          new Promise((acked, refused) => {
            const ref = `r${++refs}`;
            waiting.set(ref, { acked, refused });
            socket.send(JSON.stringify({ ...frame, ref }));
          }),
        close: () => socket.terminate(),
      }),
    );
    socket.on("message", (bytes) => {
      const told = JSON.parse(bytes);
      if (told.ref === undefined) return hear(told);
      const one = waiting.get(told.ref);
      waiting.delete(told.ref);
      if (told.type === "error") one.refused(new Error(told.data.detail));
      else one.acked();
    });
  });
}
