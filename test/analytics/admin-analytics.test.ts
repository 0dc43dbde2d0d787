import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { enrolled, publishedCourse } from "../harness/course.ts";
import { said } from "../harness/refusals.ts";
import {
  command,
  http,
  type Json,
  newOrganization,
  ok,
  query,
  rows,
  type World,
} from "../harness/world.ts";
import { rowsRead, settled } from "./day.ts";

afterEach(settled);

let world: World;
beforeAll(async () => {
  world = await newOrganization();
});

const get = (path: string, as = world.admin) => http("GET", `/lms/admin/analytics/${path}`, { as });

/** A course of another instructor, by lms-admin's hand. */
async function handedOver(courseId: string) {
  const other = await world.newPerson("instructor", "Other");
  ok(await command("lms.course.update", { courseId, instructorId: other.id }, world.admin));
  return other;
}

describe("the organization's analytics", () => {
  it("are those of all its courses, each learner once", async () => {
    const own = await newOrganization();
    const made = [
      await publishedCourse(own, { modules: [{ title: "A" }] }),
      await publishedCourse(own, { modules: [{ title: "B" }] }),
    ];
    for (const { course, modules } of made) {
      const { id } = await enrolled(own, course.id);
      const done = { enrollmentId: id, moduleId: modules[0]?.id };
      ok(await command("lms.progress.complete", done, own.learner));
    }
    const answer = ok(await http("GET", "/lms/admin/analytics/overview", { as: own.admin }));
    expect(answer).toMatchObject({
      courses: 2,
      enrollments: { total: 2, byStatus: { active: 0, completed: 2 } },
      completionRate: 100,
      averageProgress: 100,
      modulesCompleted: 2,
    });
    expect(answer.byDay.at(-1)).toMatchObject({ completed: 2, activeLearners: 1 });
    expect(answer.activeByMonth.at(-1).activeLearners).toBe(1);
    expect(ok(await query("lms.admin.analytics", {}, own.admin))).toEqual(answer);
  });

  it("are lms-admin's alone, and of no other organization", async () => {
    for (const path of ["overview", "courses", "instructors"]) {
      for (const as of [world.instructor, world.learner, world.reviewer, world.orgAdmin]) {
        expect(said(await get(path, as))).toMatchObject({
          status: 403,
          detail: "Permission denied: analytics:read",
        });
      }
    }
    const empty = await newOrganization();
    const answer = ok(await http("GET", "/lms/admin/analytics/overview", { as: empty.admin }));
    expect(answer).toMatchObject({
      courses: 0,
      enrollments: { total: 0 },
      completionRate: null,
      averageProgress: null,
      engagementScore: null,
      rating: { average: null, count: 0 },
    });
    const ranking = await http("GET", "/lms/admin/analytics/courses", { as: empty.admin });
    expect(ok(ranking).data).toEqual([]);
  });
});

describe("the rankings", () => {
  it("put first what has the most learners, and follow a course to its next instructor", async () => {
    const popular = await publishedCourse(world, { course: { title: "Popular" } });
    const quiet = await publishedCourse(world, { course: { title: "Quiet" } });
    const other = await handedOver(popular.course.id);
    for (let at = 0; at < 3; at++) {
      await enrolled(world, popular.course.id, await world.newPerson("learner"));
    }
    await enrolled(world, quiet.course.id);
    const courses = ok(await get("courses")).data;
    expect(courses.map((one: Json) => [one.title, one.enrollments.total])).toEqual([
      ["Popular", 3],
      ["Quiet", 1],
    ]);
    const named = (data: Json[]) =>
      data.map((one) => [one.displayName, one.courses, one.enrollments.total]);
    expect(named(ok(await get("instructors")).data)).toEqual([
      ["Other", 1, 3],
      ["instructor", 1, 1],
    ]);
    const { id, version } = popular.course;
    expect(version).toBeGreaterThan(0);
    const back = { courseId: id, instructorId: world.instructor.id };
    ok(await command("lms.course.update", back, world.admin));
    expect(named(ok(await get("instructors")).data)).toEqual([
      ["instructor", 2, 4],
      ["Other", 0, 0],
    ]);
    expect(other.orgId).toBe(world.orgId);
  });

  it.each([40, 2_000])("read as few rows of %d courses, and give each once", async (count) => {
    const large = await newOrganization();
    await rows(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
       INSERT INTO lms_courses (id, organization_id, created_at, updated_at, version, title, slug, instructor_id,
         status, type, level, learning_objectives, prerequisites)
       SELECT printf('%s-%06d', ?1, i), ?1, 0, 0, 1, 'C' || i, 'c-' || i, printf('%s-t-%06d', ?1, i),
         'published', 'self-paced', 'beginner', '[]', '[]' FROM n`,
      large.orgId,
      count,
    );
    await rows(
      `UPDATE lms_current_figures SET enrolled = abs(random()) % 7 WHERE organization_id = ?1`,
      large.orgId,
    );
    for (const path of ["courses", "instructors"]) {
      const at = (rest: string) =>
        http("GET", `/lms/admin/analytics/${path}?${rest}`, { as: large.admin });
      ok(await at("limit=1"));
      const page = await at("limit=20");
      expect([page.trips, rowsRead(page) <= 130]).toEqual([1, true]);
      const seen: string[] = [];
      let cursor = "";
      do {
        const { data, nextCursor } = ok(await at(`limit=100${cursor}`));
        seen.push(...data.map((one: Json) => one.courseId ?? one.instructorId));
        cursor = nextCursor === null ? "" : `&cursor=${nextCursor}`;
      } while (cursor !== "");
      expect([seen.length, new Set(seen).size]).toEqual([count, count]);
    }
  });
});
