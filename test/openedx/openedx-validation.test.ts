import { beforeEach, expect, test } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import { newId } from "../../src/kernel/id.ts";
import { rows } from "../harness/world.ts";
import { published, publishing } from "./publishing.ts";

beforeEach(() => {
  clock.now = () => Date.now();
});

const html = (text: string) => ({ content: { html: text } });

test("a course that is no OLX stops before the instance is asked, and names the module at fault", async () => {
  const scene = await publishing({
    modules: [
      { title: "Введение" },
      { title: "Схемы", ...html("<p>Text</p>") },
      { title: "Far", ...html('<p><img src="images/near.png" alt="near"></p>') },
    ],
  });
  const [, broken, odd] = scene.modules;
  const gone = `/files/${scene.world.orgId}/course/${newId()}/gone.png`;
  await rows(
    "UPDATE lms_course_modules SET content = json_set(content, '$.html', ?) WHERE id = ?",
    `<p><img src="${gone}" alt="scheme"></p>`,
    broken?.id,
  );
  const job = await published(scene);
  expect(job).toMatchObject({ status: "failed", errorCode: "OLX_VALIDATION_ERROR" });
  expect(job.errorMessage).toMatch(/^1 fault keeps the course from being OLX, the first: html\//);
  const { issues } = job.errorDetails;
  expect(issues.filter(({ severity }: { severity: string }) => severity === "error")).toEqual([
    {
      path: expect.stringMatching(/^html\/[a-z0-9_-]+\.html$/),
      message: `There is no file behind ${gone}`,
      severity: "error",
      code: "REFERENCED_FILE_EXISTS",
      moduleId: broken?.id,
    },
  ]);
  expect(issues).toContainEqual(
    expect.objectContaining({ severity: "warning", moduleId: odd?.id }),
  );
  expect((await scene.instance.seen()).requests).toEqual([]);
  expect(scene.worker.puts).toEqual([]);
  expect(await scene.told(job.id)).toEqual(["openedx.import-started", "openedx.import-completed"]);
});

test("what is merely worth a warning goes up, and the job's metadata says where it is", async () => {
  const scene = await publishing({
    modules: [
      { title: "Введение" },
      { title: "Far", ...html('<p><img src="images/near.png" alt="near"></p>') },
    ],
  });
  const job = await published(scene);
  expect(job).toMatchObject({ status: "succeeded", errorCode: null, errorDetails: null });
  expect(job.metadata.warnings).toContainEqual({
    path: expect.stringMatching(/^html\/[a-z0-9_-]+\.html$/),
    message: "images/near.png leads nowhere outside Lyceum, and was left out",
    severity: "warning",
    code: "ABSOLUTE_IMAGE_URLS",
    moduleId: scene.modules[1]?.id,
  });
});
