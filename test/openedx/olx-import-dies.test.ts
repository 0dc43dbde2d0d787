import { beforeEach, expect, test } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import { publishedCourse } from "../harness/course.ts";
import { advance, drain, http, newOrganization, ok, rows } from "../harness/world.ts";
import { type Fault, faultyWorker, minutely } from "../reliability/worker.ts";
import { downloadedBundle, uploadedBundle, uploadedFile } from "./olx-upload.ts";

const MINUTES = 60_000;

beforeEach(() => {
  clock.now = () => Date.now();
});

/** A course with a file that went out, and whose bundle is about to come in by a Worker that dies. */
async function importing(faults: Fault[]) {
  const world = await newOrganization();
  const about = { name: "a.txt", contentType: "text/plain" };
  const file = await uploadedFile(new TextEncoder().encode("a"), world.instructor, about);
  const { course } = await publishedCourse(world, {
    modules: [{ title: "File", type: "download", content: { fileId: file.id } }],
  });
  const bundle = await downloadedBundle(course.id, world.instructor);
  const fileId = await uploadedBundle(bundle, world.instructor);
  await drain(world.orgId);
  const worker = faultyWorker({ faults });
  const ask = { as: world.instructor, body: { fileId } };
  const { id } = ok(await worker.http("POST", "/lms/openedx/olx/import", ask));
  const [ref] = worker.tasks;
  if (!ref) throw new Error("No task was sent");
  const seen = async () => {
    const path = `/lms/openedx/olx/imports/${id}`;
    const { state, courseId } = ok(await http("GET", path, { as: world.instructor }));
    const drafts = await rows(
      "SELECT id FROM lms_courses WHERE organization_id = ? AND status = 'draft'",
      world.orgId,
    );
    const parts = await rows(
      `SELECT id FROM lms_course_modules WHERE organization_id = ?1 AND course_id <> ?2
       UNION ALL SELECT id FROM lms_course_chapters WHERE organization_id = ?1 AND course_id <> ?2
       UNION ALL SELECT id FROM lms_files WHERE organization_id = ?1 AND attached_to <> ?2`,
      world.orgId,
      course.id,
    );
    return { state, courseId, drafts: drafts.map((one) => one.id), parts: parts.length };
  };
  return { world, worker, ref, seen };
}

const carriesOn = async ({ world, seen, worker }: Awaited<ReturnType<typeof importing>>) => {
  advance(5 * MINUTES);
  await minutely();
  await drain(world.orgId);
  const ended = await seen();
  expect(ended).toMatchObject({ state: "succeeded", courseId: expect.any(String), parts: 3 });
  expect(ended.drafts).toEqual([ended.courseId]);
  // Again the same bytes under the same key: nothing is left over in the bucket.
  expect(new Set(worker.puts).size).toBeLessThanOrEqual(1);
};

test.each<[string, Fault]>([
  ["the file is in the bucket", { on: /^update "lms_olx_imports"/, moment: "before", times: 2 }],
  ["the course is written", { on: /^insert into "lms_courses"/, moment: "before", times: 2 }],
])(
  "A Worker that dies before the commit when %s leaves nothing to be seen, and the import carries on",
  async (_, fault) => {
    const scene = await importing([fault]);
    const { worker, ref, seen } = scene;
    const gone = { courseId: null, drafts: [], parts: 0 };
    await worker.consume("lms-jobs", [ref]);
    for (let round = 0; round < 3 && fault.times > 1; round++) {
      await worker.consume("lms-jobs", [ref]);
    }
    expect(fault.times).toBeLessThan(2);
    expect(await seen()).toMatchObject(gone);
    fault.times = 0;
    await carriesOn(scene);
  },
);

test("A Worker that dies right after the commit has imported the course once", async () => {
  const fault: Fault = { on: /^insert into "lms_courses"/, moment: "after", times: 1 };
  const scene = await importing([fault]);
  const { worker, ref } = scene;
  for (let round = 0; round < 4 && fault.times > 0; round++) {
    await worker.consume("lms-jobs", [ref]);
  }
  expect(fault.times).toBe(0);
  await worker.consume("lms-jobs", [ref]);
  await carriesOn(scene);
});
