// D1 statements that an event costs after its answer, settled by 25.
import { load, requestOf } from "./load.mjs";
import { settled, tasksDone } from "./settled.mjs";

const BATCH = 25;
const ENROLLED = 500;

/** Sums the lines that queue batches write. */
export function meterOf() {
  let batches = [];
  return {
    hear: (line) => {
      if (line.unit === "queue") batches.push(line);
    },
    take: () => {
      const taken = batches;
      batches = [];
      return taken;
    },
  };
}

const sum = (all, field) => all.reduce((total, one) => total + one[field], 0);

export async function afterwards({ runtime, demo, meter, courses, say }) {
  const { ports, database } = runtime;
  const admin = demo.keys.admin;
  const people = demo.learners.slice(0, 10);
  // Courses with a price were left over: nobody is enrolled in them yet.
  const wanted = Array.from({ length: courses }, (_, at) => at)
    .filter((at) => at % 11 === 0 && at % 20 !== 19)
    .slice(0, ENROLLED / people.length)
    .flatMap((at) => people.map(({ key }) => ({ key, courseId: courseId(at) })));
  await settled(database);
  meter.take();
  const { count, failures, firstFailure } = await load({
    port: ports.lyceum,
    requests: wanted.map(({ key, courseId }) =>
      requestOf("POST", "/lms/enrollments", { key, body: { courseId } }),
    ),
    ms: 10_000,
    again: false,
  });
  if (failures > 0) throw new Error(`${failures} of ${count} enrollments failed: ${firstFailure}`);
  await settled(database);
  report(say, `${count} enrollments`, meter.take());

  const enrolled = await database
    .prepare(
      "SELECT id, learner_id, course_id FROM lms_enrollments WHERE status = 'active' LIMIT 25",
    )
    .all();
  for (const { id, course_id } of enrolled.results) {
    for (const moduleId of await modulesOf(database, course_id)) {
      const answer = await fetch(
        `http://127.0.0.1:${ports.lyceum}/lms/commands/lms.progress.complete`,
        {
          method: "POST",
          headers: { authorization: `Bearer ${admin}`, "content-type": "application/json" },
          body: JSON.stringify({ enrollmentId: id, moduleId }),
        },
      );
      if (!answer.ok)
        throw new Error(`Completing answered ${answer.status}: ${await answer.text()}`);
    }
  }
  await settled(database);
  await tasksDone(database);
  report(
    say,
    `${enrolled.results.length} courses learned, certificates with their PDFs`,
    meter.take(),
  );
}

const courseId = (at) => `01900001-0000-7000-8000-${at.toString(16).padStart(12, "0")}`;

async function modulesOf(database, course) {
  const { results } = await database
    .prepare("SELECT id FROM lms_course_modules WHERE course_id = ? ORDER BY position")
    .bind(course)
    .all();
  return results.map(({ id }) => id);
}

function report(say, what, batches) {
  const events = batches.filter((one) => one.queue === "lms-events");
  const full = events.filter((one) => one.messages === BATCH);
  const tasks = batches.filter((one) => one.queue !== "lms-events");
  const per = (all) => (sum(all, "statements") / sum(all, "messages")).toFixed(2);
  say(
    `\nAfter ${what}: ${sum(events, "messages")} events cost ${per(events)} D1 statements each in ${events.length} batches` +
      (full.length > 0 ? `, ${per(full)} each in the ${full.length} batches of ${BATCH}` : ""),
  );
  if (tasks.length > 0) {
    say(`  and ${sum(tasks, "messages")} task steps cost ${per(tasks)} D1 statements each`);
  }
}
