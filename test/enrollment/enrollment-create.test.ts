import { describe, expect, test } from "vitest";
import { newId } from "../../src/kernel/id.ts";
import { draftCourse, enrolled, publishedCourse } from "../harness/course.ts";
import { assertLogAgrees } from "../harness/log.ts";
import { expectForeignIsMissing, expectRefused, said } from "../harness/refusals.ts";
import {
  command,
  drain,
  eventsOf,
  http,
  newOrganization,
  ok,
  type Person,
  rows,
} from "../harness/world.ts";

const PRICE = { amount: 4_900, currency: "EUR" };
const enroll = (as: Person, body: unknown) => http("POST", "/lms/enrollments", { as, body });
const namesOf = async (id: string) => (await eventsOf(id)).map((one) => one.name);
const countOf = async (courseId: string) =>
  (
    await rows<{ n: number }>("SELECT enrolled_count AS n FROM lms_courses WHERE id = ?", courseId)
  )[0]?.n;

describe("a free course", () => {
  test("is active at once, told by created then activated, and counted", async () => {
    const world = await newOrganization();
    const { course } = await publishedCourse(world);
    const answer = await enroll(world.learner, { courseId: course.id });
    expect(answer.status).toBe(201);
    expect(answer.headers.get("location")).toBe(`/lms/enrollments/${answer.body.id}`);
    expect(answer.body).toMatchObject({
      learnerId: world.learner.id,
      courseId: course.id,
      status: "active",
      pricePaid: { amount: 0, currency: "USD" },
      payment: null,
      checkoutUrl: null,
      expiresAt: null,
      source: "self",
      version: 2,
    });
    expect(await eventsOf(answer.body.id)).toMatchObject([
      {
        name: "enrollment.created",
        version: 1,
        payload: { status: "active", pricePaid: { amount: 0 } },
      },
      {
        name: "enrollment.activated",
        version: 2,
        payload: { activatedAt: answer.body.activatedAt },
      },
    ]);
    expect(await countOf(course.id)).toBe(1);
    const read = ok(await http("GET", `/lms/enrollments/${answer.body.id}`, { as: world.learner }));
    expect(read).toEqual(answer.body);
    await drain(world.orgId);
    await assertLogAgrees(world.orgId);
  });

  test("ends after the days that its course gives", async () => {
    const world = await newOrganization();
    const { course } = await publishedCourse(world, { course: { enrollmentDays: 30 } });
    const { activatedAt, expiresAt } = await enrolled(world, course.id);
    expect(Date.parse(expiresAt) - Date.parse(activatedAt)).toBe(30 * 24 * 3_600_000);
  });

  test("takes a learner that an admin or org-admin names, and says who did", async () => {
    const world = await newOrganization();
    const { course } = await publishedCourse(world);
    for (const as of [world.admin, world.orgAdmin]) {
      const learner = await world.newPerson("learner");
      const made = ok(await enroll(as, { courseId: course.id, learnerId: learner.id }));
      expect(made).toMatchObject({ learnerId: learner.id, status: "active", source: "admin" });
      const [row] = await rows("SELECT invited_by FROM lms_enrollments WHERE id = ?", made.id);
      expect(row?.invited_by).toBe(as.id);
    }
  });
});

describe("a paid course", () => {
  test("waits for its payment, and is not counted", async () => {
    const world = await newOrganization();
    const { course } = await publishedCourse(world, { course: { price: PRICE } });
    const made = ok(await enroll(world.learner, { courseId: course.id, pricePaid: PRICE }));
    expect(made).toMatchObject({
      status: "pending-payment",
      pricePaid: PRICE,
      activatedAt: null,
      version: 1,
      payment: { provider: "manual", status: "created", amount: PRICE },
    });
    expect(await namesOf(made.id)).toEqual(["enrollment.created"]);
    expect(await eventsOf(made.payment.id)).toMatchObject([
      { name: "payment.created", version: 1, payload: { subjectId: made.id, amount: PRICE } },
    ]);
    expect(await countOf(course.id)).toBe(0);
    await assertLogAgrees(world.orgId);
  });

  test("takes no price but the one asked: another amount or currency is 400", async () => {
    const world = await newOrganization();
    const { course } = await publishedCourse(world, { course: { price: PRICE } });
    for (const pricePaid of [
      { amount: 0, currency: "EUR" },
      { amount: 4_900, currency: "USD" },
      { amount: 4_901, currency: "EUR" },
    ]) {
      await expectRefused(
        world.orgId,
        { status: 400, code: "VALIDATION_FAILED", errors: [{ path: "pricePaid" }] },
        () => enroll(world.learner, { courseId: course.id, pricePaid }),
      );
    }
    for (const amount of [-1, 49.5, "4900"]) {
      const answer = await enroll(world.learner, {
        courseId: course.id,
        pricePaid: { amount, currency: "EUR" },
      });
      expect(said(answer)).toMatchObject({ status: 400, errors: [{ path: "pricePaid.amount" }] });
    }
    expect(await rows("SELECT id FROM lms_enrollments WHERE course_id = ?", course.id)).toEqual([]);
  });
});

describe("enrolling again", () => {
  test("takes the same row up with its progress: reactivated, then activated", async () => {
    const world = await newOrganization();
    const { course, modules } = await publishedCourse(world);
    const first = await enrolled(world, course.id);
    const complete = `/lms/learn/${course.id}/modules/${modules[0]?.id}/complete`;
    ok(await http("POST", complete, { as: world.learner }));
    ok(
      await http("POST", `/lms/enrollments/${first.id}/cancel`, {
        as: world.learner,
        body: { reason: "later" },
      }),
    );
    expect(await countOf(course.id)).toBe(0);
    const again = ok(await enroll(world.learner, { courseId: course.id }));
    expect(again).toMatchObject({
      id: first.id,
      status: "active",
      completionPct: 50,
      cancelledAt: null,
      cancelReason: null,
      createdAt: first.createdAt,
    });
    expect((await namesOf(first.id)).slice(-2)).toEqual([
      "enrollment.reactivated",
      "enrollment.activated",
    ]);
    const progress = ok(
      await http("GET", `/lms/enrollments/${first.id}/progress`, { as: world.learner }),
    );
    expect(progress.modules).toMatchObject([{ status: "completed" }, { status: "not-started" }]);
    expect(await countOf(course.id)).toBe(1);
    await assertLogAgrees(world.orgId);
  });

  test("in a paid course waits for a payment of its own", async () => {
    const world = await newOrganization();
    const { course } = await publishedCourse(world, { course: { price: PRICE } });
    const first = await enrolled(world, course.id);
    ok(await http("POST", `/lms/enrollments/${first.id}/cancel`, { as: world.learner }));
    const again = ok(await enroll(world.learner, { courseId: course.id }));
    expect(again).toMatchObject({ id: first.id, status: "pending-payment" });
    expect(again.payment.id).not.toBe(first.payment.id);
    expect(await namesOf(first.id)).toEqual([
      "enrollment.created",
      "enrollment.cancelled",
      "enrollment.reactivated",
    ]);
    await assertLogAgrees(world.orgId);
  });

  test("with the threshold met already completes in that batch", async () => {
    const world = await newOrganization();
    const { course, modules } = await publishedCourse(world, { modules: [{ title: "Only" }] });
    const first = await enrolled(world, course.id);
    ok(
      await http("POST", `/lms/learn/${course.id}/modules/${modules[0]?.id}/complete`, {
        as: world.learner,
      }),
    );
    ok(await http("POST", `/lms/enrollments/${first.id}/cancel`, { as: world.learner }));
    const again = ok(await enroll(world.learner, { courseId: course.id }));
    expect(again).toMatchObject({ id: first.id, status: "completed", completionPct: 100 });
    expect((await namesOf(first.id)).slice(-3)).toEqual([
      "enrollment.reactivated",
      "enrollment.activated",
      "enrollment.completed",
    ]);
    await drain(world.orgId);
    await assertLogAgrees(world.orgId);
  });
});

describe("is refused", () => {
  test("while the learner has it pending, active or completed", async () => {
    const world = await newOrganization();
    const pending = await publishedCourse(world, { course: { price: PRICE } });
    const active = await publishedCourse(world, { modules: [{ title: "Only" }] });
    await enrolled(world, pending.course.id);
    await enrolled(world, active.course.id);
    const duplicate = {
      status: 409,
      code: "DUPLICATE",
      rule: "noDuplicateActiveEnrollment",
      operand: { field: "enrollment.status" },
    };
    for (const { course } of [pending, active]) {
      await expectRefused(world.orgId, duplicate, () =>
        enroll(world.learner, { courseId: course.id }),
      );
    }
    ok(
      await http(
        "POST",
        `/lms/learn/${active.course.id}/modules/${active.modules[0]?.id}/complete`,
        { as: world.learner },
      ),
    );
    await drain(world.orgId);
    await expectRefused(world.orgId, duplicate, () =>
      enroll(world.learner, { courseId: active.course.id }),
    );
  });

  test("where the course is no longer published; to a learner it is not there at all", async () => {
    const world = await newOrganization();
    const draft = await draftCourse(world);
    const archived = await publishedCourse(world);
    ok(await http("POST", `/lms/admin/courses/${archived.course.id}/archive`, { as: world.admin }));
    const missing = said(await enroll(world.learner, { courseId: newId() }));
    for (const { course } of [draft, archived]) {
      const answer = await expectRefused(world.orgId, { status: 404 }, () =>
        enroll(world.learner, { courseId: course.id }),
      );
      expect(said(answer)).toEqual(missing);
      await expectRefused(world.orgId, { status: 409, code: "INVALID_TRANSITION" }, () =>
        enroll(world.admin, { courseId: course.id, learnerId: world.learner.id }),
      );
    }
  });

  test("to who is no learner, and to a learner for anybody else", async () => {
    const world = await newOrganization();
    const { course } = await publishedCourse(world);
    const denied = {
      status: 403,
      code: "PERMISSION_DENIED",
      detail: "Permission denied: enrollment:create",
    };
    for (const as of [world.instructor, world.reviewer]) {
      await expectRefused(world.orgId, denied, () => enroll(as, { courseId: course.id }));
    }
    const other = await world.newPerson("learner");
    await expectRefused(world.orgId, denied, () =>
      enroll(world.learner, { courseId: course.id, learnerId: other.id }),
    );
    const nobody = await http("POST", "/lms/enrollments", {
      body: { courseId: course.id },
      headers: { "x-org-id": world.orgId },
    });
    expect(said(nobody)).toMatchObject({ status: 401, code: "UNAUTHENTICATED" });
  });

  test("for a course or a learner of another organization, in the words for a missing one", async () => {
    const world = await newOrganization();
    const stranger = await newOrganization();
    const { course } = await publishedCourse(world);
    await expectForeignIsMissing(course.id, "Course", (courseId) =>
      enroll(stranger.learner, { courseId }),
    );
    await expectForeignIsMissing(stranger.learner.id, "Learner", (learnerId) =>
      enroll(world.admin, { courseId: course.id, learnerId }),
    );
    await expectForeignIsMissing(newId(), "Cohort", (cohortId) =>
      enroll(world.learner, { courseId: course.id, cohortId }),
    );
  });

  test("with a field that it does not know, or a wrong type, each by its path", async () => {
    const world = await newOrganization();
    const answer = await command(
      "lms.enrollment.create",
      { courseId: 7, status: "active", pricePaid: { amount: 1, currency: "usd" } },
      world.learner,
    );
    expect(said(answer)).toMatchObject({ status: 400, code: "VALIDATION_FAILED" });
    const paths = new Set(answer.body.errors.map((one: { path: string }) => one.path));
    expect([...paths].toSorted()).toEqual(["courseId", "pricePaid.currency", "status"]);
  });
});
