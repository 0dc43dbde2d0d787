// A learner enrolls, learns module by module, and holds a certificate.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { check, pause, Stuck, until } from "./client.mjs";

const DOCUMENT_MS = 60_000;

export async function enroll(client, key, course) {
  const enrollment = await client.create("/lms/enrollments", key, { courseId: course.id });
  check(enrollment.status === "active", `The enrollment is ${enrollment.status}`);
  const way = await client.get(`/lms/learn/${course.id}`, key);
  const locked = way.modules.filter((one) => one.locked).length;
  check(locked === 3, `${locked} modules are locked at first, not 3`);
  return { enrollment, way };
}

/** Learns the modules in turn; each refusal on the way says its reason. */
export async function learnModules(client, { learner, instructor }, course, modules, enrollment) {
  const at = (module) => `/lms/learn/${course.id}/modules/${module.id}`;
  const refusals = [];
  const refused = async (module, reason) => {
    const answer = await client.send("POST", `${at(module)}/complete`, { as: learner, body: {} });
    const { blockingReason, detail } = answer.body;
    if (answer.status !== 409 || blockingReason !== reason) {
      throw new Stuck(
        `Completing “${module.title}” answered ${answer.status} ${blockingReason ?? detail}, not ${reason}`,
        "This is a fault of Lyceum's own: please report it",
      );
    }
    refusals.push(`${reason}: ${detail}`);
  };
  const complete = (module) => client.post(`${at(module)}/complete`, learner);
  const { article, video, quiz, last } = modules;

  await refused(last, "prerequisites_not_met");
  await client.post(`${at(article)}/start`, learner);
  for (const section of article.sections) {
    await client.post(`${at(article)}/progress`, learner, {
      sectionId: section.id,
      progressPct: 100,
      timeSpentSec: 1,
    });
  }
  await complete(article);

  await client.post(`${at(video)}/start`, learner);
  await refused(video, "insufficient_engagement");
  await pause(1_100);
  await client.post(`${at(video)}/progress`, learner, { positionSec: 290, timeSpentSec: 60 });
  await complete(video);

  await refused(quiz, "mastery_not_achieved");
  const why = await client.get(`/lms/enrollments/${enrollment.id}/why`, learner);
  const unmet = why.criteria.filter((one) => !one.met);
  check(unmet.length === 2 && why.completionPct === 50, "“Why” does not say what is left");
  await client.post("/lms/commands/lms.progress.complete", instructor, {
    enrollmentId: enrollment.id,
    moduleId: quiz.id,
    quizScore: 92,
  });

  await complete(last);
  const done = await client.get(`/lms/enrollments/${enrollment.id}`, learner);
  check(done.status === "completed", `The enrollment is ${done.status}`);
  return { refusals, why, done };
}

/** The PDF, made by a task after the completion; returns its bytes and what anyone may verify. */
export async function certificateOf(client, key, enrollment) {
  const certificate = await until("The certificate", DOCUMENT_MS, async () => {
    const { data } = await client.get("/lms/certificates", key);
    return data.find((one) => one.enrollmentId === enrollment.id);
  });
  const download = await until("The certificate's document", DOCUMENT_MS, async () => {
    const answer = await client.send("GET", `/lms/certificates/${certificate.id}/download`, {
      as: key,
    });
    return answer.status === 200 ? answer.body : undefined;
  });
  const file = await client.send("GET", download.url);
  const isPdf = new TextDecoder("latin1").decode(file.body.slice(0, 5)) === "%PDF-";
  check(file.status === 200 && isPdf, `The document answered ${file.status}, or is no PDF`);
  return { certificate, document: file.body };
}

export function keep(document, name) {
  mkdirSync("out", { recursive: true });
  const path = join("out", name);
  writeFileSync(path, document);
  return path;
}

/** As JSON and as a page, with nobody signed in; a code that nobody issued is unknown. */
export async function verify(client, certificate, course) {
  const path = `/lms/verify/${certificate.verificationCode}`;
  const said = await client.get(path);
  check(
    said.valid && said.courseTitle === course.title,
    `Verification said ${said.status} for ${said.courseTitle}`,
  );
  const page = await client.send("GET", path, { headers: { accept: "text/html" } });
  const html = new TextDecoder().decode(page.body);
  check(
    page.status === 200 && html.includes(said.learnerName),
    "The page does not name the learner",
  );
  const unknown = await client.get("/lms/verify/AAAA-AAAA-AAAA-AAAA");
  check(!unknown.valid, "A code that nobody issued is valid");
  return { ...said, page: new URL(path, client.url).href };
}
