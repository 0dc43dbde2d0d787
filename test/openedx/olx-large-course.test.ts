import { expect, test } from "vitest";
import { publishedCourse } from "../harness/course.ts";
import { http, newOrganization, ok, rows } from "../harness/world.ts";
import { unpacked } from "./olx/sample.ts";
import { downloadedBundle } from "./olx-upload.ts";

const SECTIONS = 120;

test("A course of more text than is read at once goes out whole, page by page", async () => {
  const world = await newOrganization();
  const { course, modules } = await publishedCourse(world, {
    modules: [
      {
        title: "Long",
        content: null,
        sections: [{ title: "S", type: "text", content: { html: "<p>0</p>" } }],
      },
    ],
  });
  await rows(
    `WITH RECURSIVE at (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM at WHERE n < ?2 - 1)
     INSERT INTO lms_module_sections (id, organization_id, created_at, updated_at, module_id, title,
       position, type, content, resources, is_required, version)
     SELECT printf('0192aaaa-0000-7000-8000-%012d', n), organization_id, created_at, updated_at,
       module_id, 'S' || n, n, 'text',
       json_object('html', '<p>' || n || ' ' || hex(zeroblob(9000)) || '</p>'), '[]', 1, 1
     FROM at, lms_module_sections WHERE module_id = ?1`,
    modules[0]?.id,
    SECTIONS,
  );
  const files = await unpacked(
    new Blob([await downloadedBundle(course.id, world.instructor)]).stream(),
  );
  const [sequential = ""] = [...files].flatMap(([path, text]) =>
    path.startsWith("sequential/") ? text : [],
  );
  const order = [...sequential.matchAll(/<vertical url_name="([^"]+)"/g)].map((one) => one[1]);
  expect(order).toHaveLength(SECTIONS);
  const numbers = order.map((name) =>
    Number(/<p>(\d+)/.exec(files.get(`html/${name}.html`) ?? "")?.[1]),
  );
  expect(numbers).toEqual(Array.from({ length: SECTIONS }, (_, at) => at));
  const path = `/lms/openedx/courses/${course.id}/check`;
  const checked = await http("GET", path, { as: world.instructor });
  expect(ok(checked).valid).toBe(true);
  // The outline, and the two pages that a hundred units a page make.
  expect(checked.trips).toBeGreaterThan(2);
});
