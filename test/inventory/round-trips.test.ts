import { describe, expect, test, vi } from "vitest";
import type { Route } from "../../src/kernel/route.ts";
import { lms } from "../../src/lms.ts";
import { assign, switchOn } from "../assessment/assignment.ts";
import { enrolled, publishedCourse } from "../harness/course.ts";
import type { InstanceFault } from "../harness/open-edx.ts";
import {
  type Answer,
  command,
  drain,
  http,
  type Json,
  newOrganization,
  ok,
  type Person,
} from "../harness/world.ts";
import { connected, newInstance } from "../openedx/instance.ts";
import { importJob } from "../openedx/job.ts";
import { uploadedBundle } from "../openedx/olx-upload.ts";
import { deadLetter } from "./subjects.ts";

vi.setConfig({ testTimeout: 120_000 });

const nameOf = ({ method, path }: Pick<Route, "method" | "path">) => `${method} ${path}`;
/** quality.md: after authentication a query makes one round trip, a command two. */
const mostOf = (route: Route) => ("query" in route ? 1 : 2);

type Ids = Record<string, string>;
type Ask = { query?: string; body?: unknown; params?: Ids };
type Step = [
  route: string,
  as: keyof World,
  ask?: (ids: Ids) => Ask,
  keep?: (answer: Json, ids: Ids) => void,
];
type World = Awaited<ReturnType<typeof newOrganization>> & { other: Person; nobody: undefined };

const dates = { startDate: "2031-01-01", endDate: "2031-06-30", timezone: "Asia/Kolkata" };
const article = { type: "article", content: { html: "<p>a</p>" }, isPublished: true };
const body = (value: unknown) => () => ({ body: value });
const keepAs = (name: string) => (answer: Json, ids: Ids) => {
  ids[name] = answer.id;
};

/** Every route once, in an order in which each succeeds. The path's parameters are taken from what was kept. */
const STORY: Step[] = [
  ["GET /lms/me", "learner"],
  ["PATCH /lms/me", "learner", body({ locale: "ru" })],
  ["GET /lms/admin/settings", "orgAdmin"],
  ["PATCH /lms/admin/settings", "admin", body({ defaults: { seatHoldHours: 48 } })],
  [
    "POST /lms/uploads",
    "instructor",
    body({ name: "a.pdf", contentType: "application/pdf", size: 3, sha256: "a".repeat(64) }),
  ],
  ["POST /lms/admin/categories", "admin", body({ name: "Science" }), keepAs("categoryId")],
  ["PATCH /lms/admin/categories/:categoryId", "admin", body({ name: "Sciences" })],
  ["GET /lms/admin/categories", "admin"],
  ["GET /lms/categories", "learner"],
  [
    "POST /lms/instructor/courses",
    "instructor",
    ({ categoryId }) => ({
      body: {
        title: "Counted",
        type: "hybrid",
        level: "beginner",
        price: { amount: 0, currency: "USD" },
        categoryId,
      },
    }),
    keepAs("courseId"),
  ],
  ["GET /lms/instructor/courses", "instructor"],
  ["GET /lms/instructor/courses/:courseId", "instructor"],
  [
    "PATCH /lms/instructor/courses/:courseId",
    "instructor",
    body({ description: "New", categoryId: null, tags: ["one", "two"] }),
  ],
  ["DELETE /lms/admin/categories/:categoryId", "admin"],
  [
    "POST /lms/instructor/courses/:courseId/chapters",
    "instructor",
    body({ title: "A" }),
    keepAs("chapterId"),
  ],
  ["GET /lms/instructor/courses/:courseId/chapters", "instructor"],
  [
    "PUT /lms/instructor/courses/:courseId/chapters/order",
    "instructor",
    ({ chapterId }) => ({ body: { chapterIds: [chapterId] } }),
  ],
  ["PATCH /lms/instructor/chapters/:chapterId", "instructor", body({ title: "B" })],
  [
    "POST /lms/instructor/courses/:courseId/modules",
    "instructor",
    ({ chapterId }) => ({ body: { ...article, title: "M", chapterId } }),
    keepAs("moduleId"),
  ],
  ["GET /lms/instructor/courses/:courseId/modules", "instructor"],
  [
    "PUT /lms/instructor/courses/:courseId/modules/order",
    "instructor",
    ({ moduleId }) => ({ body: { moduleIds: [moduleId] } }),
  ],
  ["GET /lms/instructor/modules/:moduleId", "instructor"],
  ["PATCH /lms/instructor/modules/:moduleId", "instructor", body({ title: "N" })],
  [
    "POST /lms/instructor/modules/:moduleId/sections",
    "instructor",
    body({ title: "S", type: "text", content: { html: "<p>s</p>" } }),
    keepAs("sectionId"),
  ],
  [
    "PUT /lms/instructor/modules/:moduleId/sections/order",
    "instructor",
    ({ sectionId }) => ({ body: { sectionIds: [sectionId] } }),
  ],
  ["PATCH /lms/instructor/sections/:sectionId", "instructor", body({ title: "T" })],
  ["DELETE /lms/instructor/sections/:sectionId", "instructor"],
  [
    "POST /lms/instructor/modules/:moduleId/assignments",
    "instructor",
    body({ title: "A", instructions: "Do", type: "project", maxScore: 10, passingScore: 5 }),
    keepAs("assignmentId"),
  ],
  ["PATCH /lms/instructor/assignments/:assignmentId", "instructor", body({ title: "B" })],
  [
    "POST /lms/instructor/courses/:courseId/modules",
    "instructor",
    body({
      type: "quiz",
      content: { passingScore: 50 },
      title: "Q",
      isPublished: true,
      isRequired: false,
    }),
    keepAs("quizId"),
  ],
  [
    "POST /lms/instructor/modules/:moduleId/questions",
    "instructor",
    ({ quizId = "" }) => ({
      params: { moduleId: quizId },
      body: { kind: "true-false", prompt: "Yes?", answer: true, points: 1 },
    }),
    keepAs("questionId"),
  ],
  ["PATCH /lms/instructor/questions/:questionId", "instructor", body({ points: 2 })],
  [
    "GET /lms/instructor/modules/:moduleId/questions",
    "instructor",
    ({ quizId = "" }) => ({ params: { moduleId: quizId } }),
  ],
  ["POST /lms/instructor/courses/:courseId/submit-review", "instructor"],
  ["POST /lms/admin/courses/:courseId/reject", "reviewer", body({ reason: "Short" })],
  ["POST /lms/instructor/courses/:courseId/submit-review", "instructor"],
  ["POST /lms/admin/courses/:courseId/approve", "reviewer"],
  ["POST /lms/admin/courses/:courseId/unpublish", "admin"],
  ["DELETE /lms/instructor/chapters/:chapterId", "instructor"],
  ["POST /lms/instructor/courses/:courseId/submit-review", "instructor"],
  ["POST /lms/admin/courses/:courseId/approve", "admin"],
  ["GET /lms/admin/courses", "admin"],
  ["GET /lms/courses", "learner", () => ({ query: "limit=3" })],
  ["GET /lms/courses/:slug", "learner"],
  ["GET /lms/courses/:courseId/modules", "learner"],
  ["GET /lms/openedx/courses/:courseId/olx", "instructor"],
  ["GET /lms/openedx/courses/:courseId/cartridge", "instructor"],
  ["GET /lms/openedx/courses/:courseId/check", "instructor"],
  ["POST /lms/openedx/olx/validate", "instructor", ({ fileId }) => ({ body: { fileId } })],
  [
    "POST /lms/openedx/olx/import",
    "instructor",
    ({ fileId }) => ({ body: { fileId } }),
    keepAs("importId"),
  ],
  ["GET /lms/openedx/olx/imports/:importId", "instructor"],
  ["GET /lms/search", "learner", () => ({ query: "q=counted" })],
  [
    "POST /lms/instructor/cohorts",
    "instructor",
    ({ courseId }) => ({ body: { courseId, name: "C", capacity: 5, ...dates } }),
    keepAs("cohortId"),
  ],
  ["GET /lms/instructor/cohorts", "instructor"],
  ["PATCH /lms/instructor/cohorts/:cohortId", "instructor", body({ capacity: 9 })],
  ["GET /lms/cohorts/:id", "learner", ({ cohortId = "" }) => ({ params: { id: cohortId } })],
  [
    "POST /lms/enrollments",
    "learner",
    ({ courseId, cohortId }) => ({ body: { courseId, cohortId } }),
    keepAs("enrollmentId"),
  ],
  [
    "POST /lms/instructor/cohorts",
    "instructor",
    ({ courseId }) => ({ body: { courseId, name: "D", capacity: 5, ...dates } }),
    keepAs("cohortId"),
  ],
  ["POST /lms/enrollments/:enrollmentId/move", "admin", ({ cohortId }) => ({ body: { cohortId } })],
  ["PATCH /lms/instructor/cohorts/:cohortId", "instructor", body({ capacity: 1 })],
  [
    "POST /lms/enrollments",
    "other",
    ({ courseId, cohortId }) => ({ body: { courseId, cohortId, joinWaitingList: true } }),
  ],
  ["GET /lms/cohorts/:cohortId/waiting-list", "other"],
  ["GET /lms/instructor/cohorts/:cohortId/waiting-list", "instructor"],
  ["DELETE /lms/cohorts/:cohortId/waiting-list", "other"],
  ["GET /lms/enrollments", "learner", () => ({ query: "status=active" })],
  ["GET /lms/me/dashboard", "learner"],
  ["GET /lms/admin/learners", "admin"],
  [
    "GET /lms/enrollments/:id",
    "learner",
    ({ enrollmentId = "" }) => ({ params: { id: enrollmentId } }),
  ],
  [
    "POST /lms/courses/:courseId/reviews",
    "learner",
    body({ rating: 5, comment: "Clear" }),
    keepAs("reviewId"),
  ],
  ["GET /lms/courses/:courseId/reviews", "learner"],
  ["POST /lms/admin/reviews/:reviewId/moderate", "admin", body({ status: "hidden" })],
  ["GET /lms/instructor/courses/:courseId/enrollments", "instructor"],
  ["GET /lms/admin/enrollments", "admin"],
  [
    "POST /lms/instructor/cohorts/:cohortId/sessions",
    "instructor",
    body({ title: "Live", scheduledAt: "2031-02-01T10:00:00Z", durationMinutes: 60 }),
    keepAs("sessionId"),
  ],
  ["POST /lms/instructor/cohorts/:cohortId/announcements", "instructor", body({ body: "News" })],
  ["GET /lms/cohorts/:cohortId/announcements", "learner"],
  ["GET /lms/cohorts/:cohortId/online", "learner"],
  ["GET /lms/cohorts/:cohortId/sessions", "learner"],
  ["GET /lms/sessions/:id", "learner", ({ sessionId = "" }) => ({ params: { id: sessionId } })],
  [
    "GET /lms/sessions/:id/attendance",
    "learner",
    ({ sessionId = "" }) => ({ params: { id: sessionId } }),
  ],
  ["PATCH /lms/sessions/:sessionId", "instructor", body({ title: "Live!" })],
  ["POST /lms/sessions/:sessionId/ticket", "learner"],
  ["POST /lms/realtime/ticket", "learner"],
  ["POST /lms/sessions/:sessionId/start", "instructor"],
  ["POST /lms/sessions/:sessionId/end", "instructor"],
  [
    "POST /lms/sessions/:sessionId/recording",
    "instructor",
    body({ recordingUrl: "https://media.test/r.mp4" }),
  ],
  [
    "POST /lms/instructor/cohorts/:cohortId/sessions",
    "instructor",
    body({ title: "Never", scheduledAt: "2031-03-01T10:00:00Z", durationMinutes: 60 }),
    keepAs("sessionId"),
  ],
  ["POST /lms/sessions/:sessionId/cancel", "instructor"],
  [
    "GET /lms/learn/:courseSlug",
    "learner",
    ({ courseId = "" }) => ({ params: { courseSlug: courseId } }),
  ],
  ["GET /lms/learn/:courseId/modules/:moduleId", "learner"],
  ["POST /lms/learn/:course/modules/:moduleId/start", "learner"],
  [
    "POST /lms/learn/:course/modules/:moduleId/progress",
    "learner",
    body({ progressPct: 10, timeSpentSec: 1 }),
  ],
  ["GET /lms/enrollments/:enrollmentId/progress", "learner"],
  ["GET /lms/enrollments/:enrollmentId/why", "learner"],
  [
    "POST /lms/learn/:course/modules/:moduleId/quiz-attempts",
    "learner",
    ({ quizId = "" }) => ({ params: { moduleId: quizId }, body: {} }),
    keepAs("attemptId"),
  ],
  ["PUT /lms/quiz-attempts/:attemptId/answers/:questionId", "learner", body({ answer: true })],
  [
    "GET /lms/quiz-attempts/:id",
    "learner",
    ({ attemptId = "" }) => ({ params: { id: attemptId } }),
  ],
  ["POST /lms/quiz-attempts/:attemptId/submit", "learner"],
  [
    "GET /lms/instructor/modules/:moduleId/statistics",
    "instructor",
    ({ quizId = "" }) => ({ params: { moduleId: quizId } }),
  ],
  ["POST /lms/learn/:course/modules/:moduleId/complete", "learner"],
  ["GET /lms/instructor/courses/:courseId/assignments", "instructor"],
  ["GET /lms/learn/:course/assignments", "learner"],
  [
    "GET /lms/assignments/:id",
    "learner",
    ({ assignmentId = "" }) => ({ params: { id: assignmentId } }),
  ],
  [
    "POST /lms/assignments/:assignmentId/submissions",
    "learner",
    body({ content: "Done" }),
    keepAs("submissionId"),
  ],
  [
    "GET /lms/submissions/:id",
    "learner",
    ({ submissionId = "" }) => ({ params: { id: submissionId } }),
  ],
  ["GET /lms/instructor/assignments/:assignmentId/submissions", "instructor"],
  ["GET /lms/instructor/submissions", "instructor"],
  [
    "POST /lms/instructor/submissions/:submissionId/grade",
    "instructor",
    body({ score: 4, feedback: "More" }),
  ],
  ["POST /lms/instructor/submissions/:submissionId/return", "instructor"],
  [
    "GET /lms/submissions/:id/feedback",
    "learner",
    ({ submissionId = "" }) => ({ params: { id: submissionId } }),
  ],
  ["GET /lms/peer-reviews", "learner"],
  [
    "POST /lms/submissions/:submissionId/peer-reviews",
    "learner",
    ({ peersSubmissionId = "" }) => ({
      params: { submissionId: peersSubmissionId },
      body: { score: 5 },
    }),
  ],
  ["DELETE /lms/instructor/assignments/:assignmentId", "instructor"],
  [
    "GET /lms/certificates",
    "learner",
    undefined,
    ({ data }, ids) =>
      Object.assign(ids, { certificateId: data[0].id, code: data[0].verificationCode }),
  ],
  [
    "GET /lms/certificates/:id",
    "learner",
    ({ certificateId = "" }) => ({ params: { id: certificateId } }),
  ],
  [
    "GET /lms/certificates/:id/download",
    "learner",
    ({ certificateId = "" }) => ({ params: { id: certificateId } }),
  ],
  ["GET /lms/verify/:code", "nobody"],
  ["POST /lms/me/calendar", "learner"],
  ["GET /lms/me/calendar", "learner"],
  ["DELETE /lms/me/calendar", "learner"],
  ["GET /lms/admin/certificates", "admin"],
  ["POST /lms/admin/certificates/:certificateId/revoke", "admin", body({ reason: "Trial" })],
  ["POST /lms/enrollments/:enrollmentId/cancel", "learner"],
  ["POST /lms/instructor/cohorts/:cohortId/cancel", "instructor"],
  [
    "POST /lms/enrollments",
    "other",
    ({ paidCourseId }) => ({ body: { courseId: paidCourseId } }),
    (answer, ids) => Object.assign(ids, { enrollmentId: answer.id, paymentId: answer.payment.id }),
  ],
  ["POST /lms/enrollments/:enrollmentId/checkout", "other"],
  [
    "POST /lms/admin/enrollments/:enrollmentId/confirm-payment",
    "admin",
    ({ paymentId }) => ({ body: { paymentId } }),
  ],
  ["POST /lms/admin/enrollments/:enrollmentId/refund", "admin"],
  ["GET /lms/admin/analytics/revenue", "admin"],
  ["DELETE /lms/instructor/questions/:questionId", "instructor"],
  ["DELETE /lms/instructor/modules/:moduleId", "instructor"],
  ["POST /lms/admin/courses/:courseId/archive", "admin"],
  ["POST /lms/admin/courses/:courseId/restore", "admin"],
  ["GET /lms/instructor/courses/:courseId/analytics", "instructor"],
  ["GET /lms/admin/analytics/overview", "admin"],
  ["GET /lms/admin/analytics/courses", "admin"],
  ["GET /lms/admin/analytics/instructors", "admin"],
  [
    "GET /lms/notifications",
    "learner",
    undefined,
    ({ data }, ids) => Object.assign(ids, { noticeId: data[0].id }),
  ],
  ["POST /lms/notifications/read", "learner", ({ noticeId }) => ({ body: { upTo: noticeId } })],
  ["GET /lms/me/notification-preferences", "learner"],
  [
    "PATCH /lms/me/notification-preferences",
    "learner",
    body({ email: { "session.started": true } }),
  ],
  ["GET /lms/admin/notification-templates", "orgAdmin"],
  [
    "PUT /lms/admin/notification-templates/:kind/:language",
    "orgAdmin",
    () => ({
      params: { kind: "enrollment.nudge", language: "ru" },
      body: { subject: "{{courseTitle}}", text: "{{name}}" },
    }),
  ],
  [
    "GET /lms/admin/notification-templates/:kind/:language",
    "orgAdmin",
    () => ({ params: { kind: "enrollment.nudge", language: "ru" } }),
  ],
  [
    "DELETE /lms/admin/notification-templates/:kind/:language",
    "orgAdmin",
    () => ({ params: { kind: "enrollment.nudge", language: "ru" } }),
  ],
  [
    "POST /lms/admin/learners/:learnerId/suspend",
    "admin",
    ({ otherId = "" }) => ({ params: { learnerId: otherId } }),
  ],
  [
    "POST /lms/admin/learners/:learnerId/unsuspend",
    "admin",
    ({ otherId = "" }) => ({ params: { learnerId: otherId } }),
  ],
  ["POST /lms/me/export", "learner", undefined, keepAs("exportId")],
  ["GET /lms/me/exports/:id", "learner", ({ exportId = "" }) => ({ params: { id: exportId } })],
  [
    "POST /lms/admin/learners/:learnerId/export",
    "admin",
    ({ otherId = "" }) => ({ params: { learnerId: otherId } }),
    keepAs("exportId"),
  ],
  ["GET /lms/admin/exports/:id", "admin", ({ exportId = "" }) => ({ params: { id: exportId } })],
  [
    "POST /lms/admin/learners/:learnerId/erase",
    "admin",
    ({ otherId = "" }) => ({ params: { learnerId: otherId }, body: { confirm: otherId } }),
  ],
  [
    "POST /lms/openedx/configurations",
    "orgAdmin",
    body({
      name: "Campus",
      lmsUrl: "http://127.0.0.1:9",
      studioUrl: "http://127.0.0.1:9",
      clientId: "id",
      clientSecret: "secret",
      defaultOrg: "Org",
    }),
    keepAs("configurationId"),
  ],
  ["GET /lms/openedx/configurations", "instructor"],
  [
    "GET /lms/openedx/configurations/:id",
    "instructor",
    ({ configurationId = "" }) => ({ params: { id: configurationId } }),
  ],
  ["PATCH /lms/openedx/configurations/:configurationId", "orgAdmin", body({ maxRetries: 1 })],
  ["POST /lms/openedx/configurations/:configurationId/test", "orgAdmin"],
  ["GET /lms/openedx/jobs", "admin"],
  ["GET /lms/openedx/jobs/:id", "admin", ({ jobId = "" }) => ({ params: { id: jobId } })],
  [
    "POST /lms/openedx/courses/:courseId/publish",
    "admin",
    ({ exportedCourseId = "", campusId }) => ({
      params: { courseId: exportedCourseId },
      body: { configurationId: campusId },
    }),
    (answer, ids) => Object.assign(ids, { jobId: answer.jobId }),
  ],
  ["POST /lms/openedx/jobs/:jobId/cancel", "admin"],
  [
    "GET /lms/openedx/courses/:courseId/status",
    "admin",
    ({ exportedCourseId = "", campusId }) => ({
      params: { courseId: exportedCourseId },
      query: `configurationId=${campusId}`,
    }),
  ],
  [
    "DELETE /lms/openedx/courses/:courseId",
    "admin",
    ({ exportedCourseId = "", campusId }) => ({
      params: { courseId: exportedCourseId },
      query: `configurationId=${campusId}&confirm=true`,
    }),
  ],
  ["DELETE /lms/openedx/configurations/:configurationId", "orgAdmin"],
  ["GET /lms/admin/events", "admin"],
  ["GET /lms/admin/dead-letters", "admin"],
  ["POST /lms/admin/dead-letters/:deadLetterId/retry", "admin"],
];

/** Routes that this story does not call, each with the reason. */
const ELSEWHERE: Record<string, string> = {};

const routes = new Map(lms.routes.map((one) => [nameOf(one), one]));

const pathOf = (route: Route, ids: Ids): string =>
  route.path.replaceAll(/:(\w+)/g, (_, name: string) => {
    const value = ids[name];
    if (value === undefined) throw new Error(`${nameOf(route)}: nothing is kept as ${name}`);
    return value;
  });

async function played(): Promise<{ name: string; answer: Answer; most: number }[]> {
  const organization = await newOrganization();
  const world: World = {
    ...organization,
    other: await organization.newPerson("learner"),
    nobody: undefined,
  };
  const paid = await publishedCourse(world, {
    course: { price: { amount: 500, currency: "KWD" } },
  });
  const people = [
    world.orgAdmin,
    world.learner,
    world.instructor,
    world.admin,
    world.learner,
    world.instructor,
    world.admin,
    world.orgAdmin,
    world.reviewer,
    world.other,
  ];
  for (const as of people) ok(await http("GET", "/lms/me", { as }));
  const ids: Ids = { paidCourseId: paid.course.id, otherId: world.other.id };
  const counted = [];
  for (const [name, as, ask, keep] of STORY) {
    const route = routes.get(name);
    if (!route) throw new Error(`There is no route ${name}`);
    if (name.includes("certificates") || name.includes("dead-letters")) await drain(world.orgId);
    if (name.includes("/dead-letters/")) ids.deadLetterId = await deadLetter(world.orgId);
    if (name === "POST /lms/openedx/olx/validate") {
      ids.fileId = await uploadedBundle(new TextEncoder().encode("no bundle"), world.instructor);
    }
    if (name === "GET /lms/openedx/jobs/:id") {
      const { courseId = "", configurationId = "" } = ids;
      ids.jobId = await importJob(world.orgId, { courseId, configurationId });
      // One that is published and reached an instance that answers.
      const faults: InstanceFault[] = [{ on: "create", times: 99, hang: true }];
      const instance = await newInstance({ faults });
      ids.exportedCourseId = String((await publishedCourse(world)).course.id);
      ids.campusId = String((await connected(world, instance, { name: "Real" })).id);
      const reached = { courseId: ids.exportedCourseId, configurationId: ids.campusId };
      await importJob(world.orgId, reached);
    }
    if (name === "POST /lms/submissions/:submissionId/peer-reviews")
      ids.peersSubmissionId = await peersSubmission(world);
    const { query = "", body: sent, params }: Ask = ask?.(ids) ?? {};
    const { courseId = "" } = ids;
    const path = pathOf(route, { slug: courseId, course: courseId, ...ids, ...params });
    const person = world[as] as Person | undefined;
    const answer = await http(route.method, query === "" ? path : `${path}?${query}`, {
      ...(person ? { as: person } : {}),
      ...(sent === undefined ? {} : { body: sent }),
    });
    counted.push({ name, answer, most: mostOf(route) });
    if (answer.status < 300) keep?.(answer.body, ids);
  }
  return counted;
}

/** Work that the learner is asked to score, in an organization that wishes it. */
async function peersSubmission(world: World): Promise<string> {
  await switchOn(world.orgId, "enablePeerReview");
  const { course, modules } = await publishedCourse(world);
  const { id } = await assign(world, modules[0]?.id, { peers: 1 });
  for (const as of [world.other, world.learner]) {
    await enrolled(world, course.id, as);
    const payload = { assignmentId: id, content: "Mine" };
    ok(await command("lms.submission.create", payload, as));
    await drain(world.orgId);
  }
  const { data } = ok(await http("GET", "/lms/peer-reviews", { as: world.learner }));
  return data[0].submissionId;
}

describe("the D1 round trips of a request", () => {
  test("are counted for every route there is", () => {
    const told = new Set([...STORY.map(([name]) => name), ...Object.keys(ELSEWHERE)]);
    expect([...routes.keys()].filter((name) => !told.has(name))).toEqual([]);
    expect([...told].filter((name) => !routes.has(name))).toEqual([]);
  });

  test("are one for a query and two for a command, once who calls is known", async () => {
    const counted = await played();
    const failed = counted.filter(({ answer }) => answer.status >= 300 && answer.status !== 301);
    expect(
      failed.map(({ name, answer }) => `${name}: ${answer.status} ${answer.body.detail}`),
    ).toEqual([]);
    const dear = counted.filter(({ answer, most }) => answer.trips > most);
    expect(
      dear.map(({ name, answer, most }) => `${name}: ${answer.trips} trips, not ${most}`),
    ).toEqual([]);
    const silent = counted.filter(
      ({ answer }) => !answer.headers.has("server-timing") || answer.trips === 0,
    );
    expect(silent.map(({ name }) => name)).toEqual([]);
  }, 60_000);

  test("are one more the first time that a key calls, and none more the next", async () => {
    const world = await newOrganization();
    const trips = [];
    for (let call = 0; call < 2; call++)
      trips.push((await http("GET", "/lms/enrollments", { as: world.learner })).trips);
    expect(trips).toEqual([2, 1]);
    const first = await http("PATCH", "/lms/me", { as: world.instructor, body: { locale: "fr" } });
    expect([first.status, first.trips]).toEqual([200, 3]);
  });

  test("are none for a refusal that no row is needed for", async () => {
    const world = await newOrganization();
    ok(await http("GET", "/lms/me", { as: world.learner }));
    const refused = [
      await http("POST", "/lms/enrollments", { as: world.learner, body: { courseId: 5 } }),
      await http("GET", "/lms/admin/enrollments", { as: world.learner }),
      await http("GET", "/lms/enrollments?page=51&limit=20", { as: world.learner }),
    ];
    expect(refused.map(({ status, trips }) => [status, trips])).toEqual([
      [400, 0],
      [403, 0],
      [400, 0],
    ]);
  });

  test("are none for the catalogue that is kept", async () => {
    const world = await newOrganization();
    await publishedCourse(world);
    const list = () => http("GET", `/lms/courses?org=${world.slug}&limit=5`);
    const first = await list();
    expect([first.status, first.trips <= 2]).toEqual([200, true]);
    const kept = await list();
    expect([kept.status, kept.trips]).toEqual([200, 0]);
    expect(kept.body).toEqual(first.body);
  });
});
