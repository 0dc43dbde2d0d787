import { describe, expect, test } from "vitest";
import { assertLogAgrees } from "../harness/log.ts";
import { expectForeignIsMissing, expectRefused } from "../harness/refusals.ts";
import {
  type Answer,
  drain,
  eventsOf,
  http,
  type Json,
  ok,
  type Person,
  race,
  rows,
  statuses,
} from "../harness/world.ts";
import { assigned } from "./assignment.ts";

const review = (submissionId: string, as: Person, payload: Json = { score: 50 }): Promise<Answer> =>
  http("POST", `/lms/submissions/${submissionId}/peer-reviews`, { as, body: payload });
const toDo = async (as: Person): Promise<Json[]> =>
  ok(await http("GET", "/lms/peer-reviews", { as })).data;

/** So many learners have handed in, and peers are asked. */
async function classOf(learners: number, fields: Json = {}) {
  const made = await assigned(
    { type: "peer-review", peers: 2, ...fields },
    { features: ["enablePeerReview"] },
  );
  const people: Person[] = [];
  const submissions: string[] = [];
  for (let at = 0; at < learners; at++) {
    const one = at === 0 ? made.world.learner : await made.peer();
    people.push(one);
    submissions.push(ok(await made.submit({ content: `Work of ${one.id}` }, one)).id);
    await drain(made.world.orgId);
  }
  const [mine = ""] = submissions;
  return { ...made, people, submissions, mine };
}

/** Who is asked to score a submission. */
async function peersOf({ people }: { people: Person[] }, submissionId: string): Promise<Person[]> {
  const asked = await rows<{ reviewer_id: string }>(
    "SELECT reviewer_id FROM lms_peer_reviews WHERE submission_id = ? ORDER BY id",
    submissionId,
  );
  return people.filter((one) => asked.some(({ reviewer_id }) => reviewer_id === one.id));
}

describe("peer review", () => {
  test("gives each submission its peers, and shows them the work without its author", async () => {
    const here = await classOf(3);
    for (const id of here.submissions) expect(await peersOf(here, id)).toHaveLength(2);
    const todo = await toDo(here.world.learner);
    expect(todo.map((one) => one.submissionId).toSorted()).toEqual(
      here.submissions.slice(1).toSorted(),
    );
    const [one] = todo;
    expect(one).toMatchObject({ title: "Essay", maxScore: 100, files: [] });
    const { content, ...rest } = one ?? {};
    expect(content).toContain("Work of");
    for (const person of here.people) expect(JSON.stringify(rest)).not.toContain(person.id);
  });

  test("grades by the median in the batch of the last peer's score, and completes the module", async () => {
    const here = await classOf(4, { peers: 3 });
    const peers = await peersOf(here, here.mine);
    expect(peers).toHaveLength(3);
    for (const [at, one] of peers.entries()) {
      const before = (await eventsOf(here.mine)).map((event) => event.name);
      expect(before).not.toContain("submission.graded");
      const answer = await review(here.mine, one, { score: [90, 62, 10][at], comment: `No ${at}` });
      expect([answer.status, answer.body.score]).toEqual([201, [90, 62, 10][at]]);
    }
    expect((await eventsOf(here.mine)).at(-1)).toMatchObject({
      name: "submission.graded",
      version: 3,
      payload: { score: 62, passed: true, gradedBy: "system" },
    });
    const path = `/lms/submissions/${here.mine}/feedback`;
    const feedback = ok(await http("GET", path, { as: here.world.learner }));
    expect(feedback.peers.map((said: Json) => said.score).toSorted()).toEqual([10, 62, 90]);
    for (const one of peers) expect(JSON.stringify(feedback)).not.toContain(one.id);
    await drain(here.world.orgId);
    const [progress] = await rows(
      "SELECT status FROM lms_module_progress WHERE enrollment_id = ?",
      here.enrollmentId,
    );
    expect(progress?.status).toBe("completed");
    await assertLogAgrees(here.world.orgId);
  });

  test("of peers who score at once loses none, and grades once", async () => {
    const here = await classOf(4, { peers: 3 });
    const peers = await peersOf(here, here.mine);
    const answers = await Promise.all(peers.map((one) => review(here.mine, one, { score: 80 })));
    expect(statuses(answers)).toEqual({ 201: 3 });
    const graded = (await eventsOf(here.mine)).filter((one) => one.name === "submission.graded");
    expect(graded).toHaveLength(1);
    await assertLogAgrees(here.world.orgId);
  });

  test("takes one score of each peer, though sent five times at once", async () => {
    const here = await classOf(3);
    const [one] = await peersOf(here, here.mine);
    if (!one) throw new Error("Nobody was asked");
    const answers = await race(5, (at) => review(here.mine, one, { score: at }));
    expect(statuses(answers)).toEqual({ 201: 1, 409: 4 });
    await expectRefused(here.world.orgId, { status: 409, code: "DUPLICATE" }, () =>
      review(here.mine, one),
    );
    expect((await toDo(one)).map((work) => work.submissionId)).not.toContain(here.mine);
  });

  test("yields to the instructor's grade, before it and after it", async () => {
    const here = await classOf(3);
    const [, second = ""] = here.submissions;
    const peers = await peersOf(here, here.mine);
    for (const one of peers) ok(await review(here.mine, one, { score: 20 }));
    expect(ok(await here.grade(here.mine, { score: 75 }))).toMatchObject({
      status: "graded",
      score: 75,
      gradedBy: here.world.instructor.id,
    });
    await expectRefused(here.world.orgId, { status: 409, state: "graded" }, () =>
      here.grade(here.mine, { score: 80 }),
    );
    ok(await here.grade(second, { score: 88 }));
    const [late] = await peersOf(here, second);
    if (!late) throw new Error("Nobody was asked");
    expect((await toDo(late)).map((work) => work.submissionId)).not.toContain(second);
    await expectRefused(here.world.orgId, { status: 409, state: "graded" }, () =>
      review(second, late),
    );
    await assertLogAgrees(here.world.orgId);
  });

  test("is refused to all who were not asked, the author among them", async () => {
    const here = await classOf(2);
    for (const as of [here.world.learner, here.world.instructor, here.world.admin]) {
      await expectRefused(
        here.world.orgId,
        { status: 403, detail: "Permission denied: submission:peer-review" },
        () => review(here.mine, as),
      );
    }
  });

  test("is refused beyond the scale, and once the organization has switched it off", async () => {
    const here = await classOf(2);
    const [one] = await peersOf(here, here.mine);
    if (!one) throw new Error("Nobody was asked");
    expect((await review(here.mine, one, { score: 101 })).body).toMatchObject({
      status: 400,
      errors: [{ path: "score" }],
    });
    await rows("DELETE FROM lms_settings WHERE organization_id = ?", here.world.orgId);
    await expectRefused(here.world.orgId, { status: 409, code: "FEATURE_DISABLED" }, () =>
      review(here.mine, one),
    );
  });

  test("asks nobody where the assignment wants no peers", async () => {
    const here = await assigned({}, { features: ["enablePeerReview"] });
    const other = await here.peer();
    ok(await here.submit());
    ok(await here.submit({ content: "Theirs" }, other));
    await drain(here.world.orgId);
    expect([await toDo(here.world.learner), await toDo(other)]).toEqual([[], []]);
  });

  test("knows none of another organization", async () => {
    const other = await classOf(2);
    const here = await classOf(1);
    await expectForeignIsMissing(other.mine, "Submission", (id) => review(id, here.world.learner));
  });
});
