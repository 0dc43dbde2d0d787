// A cohort, a seat in it, and its live session over a WebSocket.
import { check, Stuck } from "./client.mjs";

const DAY_MS = 86_400_000;
const TOLD_MS = 15_000;

const dateIn = (days) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);

export async function openCohort(client, key, course) {
  const cohort = await client.create("/lms/instructor/cohorts", key, {
    courseId: course.id,
    name: "Зимний поток · Winter group",
    startDate: dateIn(0),
    endDate: dateIn(30),
    capacity: 12,
    timezone: "Europe/Berlin",
  });
  const session = await client.create(`/lms/instructor/cohorts/${cohort.id}/sessions`, key, {
    title: "Наблюдаем вместе · Watching together",
    scheduledAt: new Date(Date.now() + 10 * 60_000).toISOString(),
    durationMinutes: 45,
  });
  return { cohort, session };
}

/** A seat is taken, and shown as taken. */
export async function takeSeat(client, key, course, cohort) {
  const enrollment = await client.create("/lms/enrollments", key, {
    courseId: course.id,
    cohortId: cohort.id,
  });
  check(enrollment.status === "active", `The enrollment is ${enrollment.status}`);
  const { freePlaces, capacity } = await client.get(`/lms/cohorts/${cohort.id}`, key);
  check(freePlaces === capacity - 1, `${freePlaces} of ${capacity} places are free`);
  return { enrollment, freePlaces, capacity };
}

/** Joins with a fresh ticket; `told(type, holds)` waits for a message. */
export async function join(client, key, session) {
  const { url } = await client.create(`/lms/sessions/${session.id}/ticket`, key, {});
  const address = new URL(url, client.url.replace(/^http/, "ws"));
  const socket = new WebSocket(address);
  const inbox = [];
  const waiting = new Set();
  const look = () => {
    for (const one of waiting) one();
  };
  socket.addEventListener("message", ({ data }) => {
    inbox.push(JSON.parse(data));
    look();
  });
  let over;
  socket.addEventListener("close", ({ code, reason }) => {
    over = `closed with ${code} ${reason}`;
    look();
  });
  socket.addEventListener("error", () => {
    over ??= "refused";
    look();
  });

  function told(type, holds = () => true) {
    return new Promise((resolve, reject) => {
      const stop = (settle) => (value) => {
        clearTimeout(timer);
        waiting.delete(one);
        settle(value);
      };
      const fail = (what) =>
        stop(reject)(
          new Stuck(`The socket ${what}`, "See the server's terminal for its line of log"),
        );
      const one = () => {
        const at = inbox.findIndex((message) => message.type === type && holds(message.data));
        if (at >= 0) stop(resolve)(inbox.splice(at, 1)[0]);
        else if (over) fail(`was ${over} before ${type} came`);
      };
      const timer = setTimeout(() => fail(`brought no ${type} in ${TOLD_MS / 1_000} s`), TOLD_MS);
      waiting.add(one);
      one();
    });
  }
  return { told, address, close: () => socket.close(1000) };
}
