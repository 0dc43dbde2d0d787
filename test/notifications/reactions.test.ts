import { describe, expect, test } from "vitest";
import { dispatch } from "../../src/kernel/mediator.ts";
import { systemActor } from "../../src/kernel/permission.ts";
import { lms } from "../../src/lms.ts";
import { assigned } from "../assessment/assignment.ts";
import { draftCourse } from "../harness/course.ts";
import { command, drain, http, newOrganization, ok } from "../harness/world.ts";
import { confirm, paid, pending, refund } from "../payments/paid.ts";
import { inCohort, mailsTo, onHost, replayed, toldIn } from "./notices.ts";

const lastTo = async (personId: string) => (await mailsTo(personId)).at(-1);
const subjectsTo = async (personId: string) =>
  (await mailsTo(personId)).map(({ subject }) => subject);

describe("work that comes back", () => {
  test("graded is told with its score, the feedback in the mail alone, and once", async () => {
    const { world, submit, grade } = await assigned();
    const { id } = ok(await submit());
    ok(await grade(id, { score: 85.5, feedback: "Well <argued>" }));
    await drain(world.orgId);
    await replayed(world.orgId, "submission.graded");
    const told = await toldIn(world.orgId, "submission.graded");
    expect(told).toHaveLength(1);
    expect(told[0]?.payload).toMatchObject({ score: 85.5, maxScore: 100, submissionId: id });
    expect(JSON.stringify(told)).not.toContain("argued");
    const mails = (await mailsTo(world.learner.id)).filter(({ text }) => text.includes("argued"));
    expect(mails).toHaveLength(1);
    expect(mails[0]?.subject).toMatch(/: 85\.5 of 100$/);
    expect(mails[0]?.text).toContain("Feedback: Well <argued>");
    expect(mails[0]?.html).toContain("Feedback: Well &lt;argued&gt;");
  });

  test("returned is told with what to change", async () => {
    const { world, submit, grade, giveBack } = await assigned();
    const { id } = ok(await submit());
    ok(await grade(id, { score: 10 }));
    ok(await giveBack(id, { feedback: "Name your sources" }));
    await drain(world.orgId);
    const mail = await lastTo(world.learner.id);
    expect(mail?.subject).toContain("came back for revision");
    expect(mail?.text).toContain("Feedback: Name your sources");
  });
});

describe("money", () => {
  test("received has its receipt, and given back is told once with the access that ends by it", async () => {
    const { world, enrollmentId, paymentId } = await paid({ course: { title: "Law" } });
    expect(await subjectsTo(world.learner.id)).toContain("Receipt: €49.00 for Law");
    ok(await refund(world, enrollmentId, { amount: { amount: 900, currency: "EUR" } }));
    await drain(world.orgId);
    const part = await lastTo(world.learner.id);
    expect(part?.subject).toBe("Refund: €9.00 for Law");
    expect(part?.text).not.toContain("access");
    ok(await refund(world, enrollmentId));
    await drain(world.orgId);
    const rest = (await mailsTo(world.learner.id)).filter(({ subject }) =>
      subject.startsWith("Refund: €40.00"),
    );
    expect(rest).toHaveLength(1);
    expect(rest[0]?.text).toContain("Your access to the course has ended with it.");
    expect(rest[0]?.text).toContain(`Payment: ${paymentId}`);
  });

  test("that is not what was asked is told to lms-admin in the application, and to no one else", async () => {
    const { world, enrollmentId, paymentId } = await pending();
    const received = { amount: 100, currency: "EUR" };
    ok(await confirm(world, enrollmentId, { paymentId, received }));
    await drain(world.orgId);
    const told = await toldIn(world.orgId, "payment.held");
    expect(told.map(({ memberId }) => memberId)).toEqual([world.admin.id]);
    expect(told[0]?.payload).toMatchObject({ amount: 4900, receivedAmount: 100 });
    expect(await subjectsTo(world.admin.id)).not.toContainEqual(expect.stringContaining("payment"));
  });
});

describe("a course under review", () => {
  test("is told to who may approve it, and what became of it to its author, with the feedback", async () => {
    const world = await newOrganization();
    const { course } = await draftCourse(world, { course: { title: "Rhetoric" } });
    const submit = async () => {
      const path = `/lms/instructor/courses/${course.id}/submit-review`;
      ok(await http("POST", path, { as: world.instructor }));
      await drain(world.orgId);
    };
    await submit();
    for (const person of [world.reviewer, world.admin]) {
      expect(await subjectsTo(person.id)).toEqual(["Rhetoric waits for your review"]);
    }
    for (const person of [world.instructor, world.learner, world.orgAdmin]) {
      expect(await subjectsTo(person.id)).toEqual([]);
    }
    const rejected = { courseId: course.id, reason: "Add a summary" };
    ok(await command("lms.course.reject", rejected, world.reviewer));
    await drain(world.orgId);
    const mail = await lastTo(world.instructor.id);
    expect(mail?.subject).toBe("Rhetoric needs changes");
    expect(mail?.text).toContain("Feedback: Add a summary");
    await submit();
    ok(await command("lms.course.approve", { courseId: course.id }, world.reviewer));
    await drain(world.orgId);
    expect(await subjectsTo(world.instructor.id)).toEqual([
      "Rhetoric needs changes",
      "Rhetoric is published",
    ]);
  });
});

describe("a cohort", () => {
  test("that begins is told to its learners, once however often the event comes", async () => {
    const world = await newOrganization();
    const { cohortId } = await inCohort(world);
    ok(await command("lms.cohort.activate", { cohortId }, world.instructor));
    await drain(world.orgId);
    await replayed(world.orgId, "cohort.activated");
    expect(await toldIn(world.orgId, "cohort.starting")).toHaveLength(1);
    expect(await subjectsTo(world.learner.id)).toContain("Spring begins");
  });

  test("that is cancelled is told to those who lose their place by it, and its sessions are not told apart", async () => {
    const world = await newOrganization();
    const { cohortId } = await inCohort(world);
    ok(await command("lms.cohort.cancel", { cohortId, reason: "Too few" }, world.instructor));
    await drain(world.orgId);
    const told = await toldIn(world.orgId, "cohort.cancelled");
    expect(told.map(({ memberId }) => memberId)).toEqual([world.learner.id]);
    const mail = (await mailsTo(world.learner.id)).find(({ subject }) =>
      subject.startsWith("Spring is cancelled"),
    );
    expect(mail?.text).toContain("Reason: Too few");
    expect(await toldIn(world.orgId, "session.cancelled")).toEqual([]);
  });
});

describe("a session", () => {
  test("a day ahead is reminded of in the application, half an hour ahead by mail too", async () => {
    const world = await newOrganization();
    const { session } = await inCohort(world);
    const remind = async (minutesBefore: number) => {
      const outcome = await onHost((host) =>
        dispatch(host, lms, {
          type: "lms.session.remind",
          payload: {
            sessionId: session.id,
            minutesBefore,
            dueAt: session.scheduledAt,
          },
          actor: systemActor(world.orgId),
          correlationId: "trial",
        }),
      );
      expect(outcome.ok).toBe(true);
      await drain(world.orgId);
      const told = await toldIn(world.orgId, "session.reminder");
      const mails = (await subjectsTo(world.learner.id)).filter((one) =>
        one.startsWith("Acids starts"),
      );
      return [told.length, mails.length];
    };
    expect(await remind(1440)).toEqual([1, 0]);
    expect(await remind(30)).toEqual([2, 1]);
    expect(await remind(30)).toEqual([2, 1]);
  });
});
