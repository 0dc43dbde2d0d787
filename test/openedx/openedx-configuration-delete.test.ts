import { expect, test } from "vitest";
import { publishedCourse } from "../harness/course.ts";
import { expectForeignIsMissing, expectRefused } from "../harness/refusals.ts";
import { http, newOrganization, ok, rows } from "../harness/world.ts";
import { connected, newInstance } from "./instance.ts";
import { importJob } from "./job.ts";

const at = (id: string) => `/lms/openedx/configurations/${id}`;

test("a connection that is forgotten leaves no secret behind", async () => {
  const world = await newOrganization();
  const { id } = await connected(world, await newInstance());
  ok(await http("DELETE", at(id), { as: world.orgAdmin }));
  expect((await http("GET", at(id), { as: world.orgAdmin })).status).toBe(404);
  const [row] = await rows(
    "SELECT client_id, client_secret FROM lms_configurations WHERE id = ?",
    id,
  );
  expect(row).toEqual({ client_id: "", client_secret: "" });
});

test("a connection stays while a job is under way through it", async () => {
  const world = await newOrganization();
  const { course } = await publishedCourse(world);
  const { id } = await connected(world, await newInstance());
  const jobId = await importJob(world.orgId, { courseId: course.id, configurationId: id });
  const set = (status: string) =>
    rows("UPDATE lms_import_jobs SET status = ? WHERE id = ?", status, jobId);
  for (const status of ["pending", "uploading", "processing"]) {
    await set(status);
    await expectRefused(world.orgId, { status: 409, code: "IMPORT_IN_PROGRESS", jobId }, () =>
      http("DELETE", at(id), { as: world.admin }),
    );
  }
  await set("succeeded");
  ok(await http("DELETE", at(id), { as: world.admin }));
});

test("only who manages connections forgets one; another organization's is missing", async () => {
  const world = await newOrganization();
  const other = await newOrganization();
  const { id } = await connected(world, await newInstance());
  const { id: foreign } = await connected(other, await newInstance());
  await expectRefused(world.orgId, { status: 403 }, () =>
    http("DELETE", at(id), { as: world.instructor }),
  );
  await expectForeignIsMissing(foreign, "Configuration", (one) =>
    http("DELETE", at(one), { as: world.admin }),
  );
});
