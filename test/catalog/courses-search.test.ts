import { beforeAll, expect, it } from "vitest";
import { publishedCourse } from "../harness/course.ts";
import { http, type Json, newOrganization, ok, type World } from "../harness/world.ts";

let world: World;
beforeAll(async () => {
  world = await newOrganization();
});

const search = (q: string, rest = "", as = world.learner) =>
  http("GET", `/lms/search?q=${encodeURIComponent(q)}${rest}`, { as });
const titles = async (q: string, rest = "") =>
  ok(await search(q, rest)).data.map((one: Json) => one.title);
const publish = (title: string, course: Json = {}) =>
  publishedCourse(world, { course: { title, ...course } });

it("ranks a title over a tag, a tag over an objective, all over a description", async () => {
  await publish("Fourth of its kind", { description: "About astronomy and more" });
  await publish("Third of its kind", { learningObjectives: ["Astronomy by oneself"] });
  await publish("Second of its kind", { tags: ["astronomy"] });
  await publish("Astronomy");
  expect(await titles("astronomy")).toEqual([
    "Astronomy",
    "Second of its kind",
    "Third of its kind",
    "Fourth of its kind",
  ]);
});

it("finds by the beginning of a word, and wants every word", async () => {
  await publish("Paleontology of Crimea");
  expect(await titles("paleo")).toEqual(["Paleontology of Crimea"]);
  expect(await titles("paleo crim")).toEqual(["Paleontology of Crimea"]);
  expect(await titles("paleo chemistry")).toEqual([]);
});

it.each([
  ["without the dots of ё", "Ёжики в тумане", "ежик"],
  ["with them where the text has none", "Пчелы и мед", "мёд"],
  ["without diacritics", "Übungen für Anfänger", "ubungen"],
  ["with diacritics where the text has none", "Cafe culture", "café"],
  ["in capitals", "Квантовая физика", "КВАНТОВАЯ"],
  ["a pair of Han characters", "人工智能入门", "智能"],
  ["one Han character", "人工智能入门", "门"],
  ["Japanese with a long vowel", "データベース設計", "ベース"],
  ["Korean within a word", "데이터베이스", "베이스"],
  ["Arabic without its vowel points", "تَعَلُّم البرمجة", "تعلم"],
  ["Devanagari by a prefix", "हिन्दी भाषा", "हिन"],
])("finds %s", async (_, title, q) => {
  await publish(title);
  expect(await titles(q)).toContain(title);
});

it("finds by a published module's title", async () => {
  await publishedCourse(world, {
    course: { title: "A course" },
    modules: [{ title: "Thermodynamics" }, { title: "Electrodynamics", isPublished: false }],
  });
  expect(await titles("thermodyn")).toEqual(["A course"]);
  expect(await titles("electrodyn")).toEqual([]);
});

it("never shows or ranks another organization's courses", async () => {
  const other = await newOrganization();
  await publishedCourse(other, { course: { title: "Secret seismology" } });
  expect(await titles("seismology")).toEqual([]);
  const theirs = await search("seismology", "", other.learner);
  expect(theirs.body.data).toHaveLength(1);
});

it.each([
  '"',
  "*",
  "AND",
  "OR NOT",
  "NEAR(a b)",
  "title:x",
  "a^2",
  "{title} : x",
  '") OR 1=1 --',
  "'; DROP TABLE lms_courses; --",
  "%_",
  "\\",
  "-",
  "()",
])("takes %s as text", async (q) => {
  expect((await search(q)).status).toBe(200);
});

it("finds words that are also operators", async () => {
  await publish("Near and not or");
  expect(await titles("AND NOT")).toEqual(["Near and not or"]);
});

it("asks for something to search for", async () => {
  for (const path of ["/lms/search", "/lms/search?q=", "/lms/search?q=%20"]) {
    const answer = await http("GET", path, { as: world.learner });
    expect(answer.body).toMatchObject({ status: 400, errors: [{ path: "q" }] });
  }
});

it("narrows by the filters of a list, in the query and in one object", async () => {
  await publish("Ornithology one", { level: "beginner", language: "en", tags: ["birds"] });
  await publish("Ornithology two", { level: "advanced", language: "ru", type: "cohort" });
  const two = ["Ornithology two"];
  expect(await titles("ornithology", "&level=advanced")).toEqual(two);
  expect(await titles("ornithology", "&language=ru")).toEqual(two);
  expect(await titles("ornithology", "&type=cohort")).toEqual(two);
  expect(await titles("ornithology", "&tags=birds")).toEqual(["Ornithology one"]);
  const answer = await http("POST", "/lms/queries/lms.courses.search", {
    as: world.learner,
    body: { q: "ornithology", filters: { level: "advanced" } },
  });
  expect(ok(answer).data.map((one: Json) => one.title)).toEqual(two);
});

it("goes through all matches by cursor, each once", async () => {
  for (let at = 0; at < 7; at++) await publish(`Hydrology ${at}`);
  const seen: string[] = [];
  let cursor = "";
  do {
    const { data, nextCursor } = ok(await search("hydrology", `&limit=3${cursor}`));
    seen.push(...data.map((one: Json) => one.id));
    cursor = nextCursor === null ? "" : `&cursor=${nextCursor}`;
  } while (cursor !== "");
  expect(seen).toHaveLength(7);
  expect(new Set(seen).size).toBe(7);
});

it("answers the public of an organization, in one round trip", async () => {
  const answer = await http("GET", "/lms/search?q=astronomy", {
    headers: { "x-org-id": world.orgId },
  });
  expect(answer.status).toBe(200);
  expect(answer.trips).toBeLessThanOrEqual(2);
});
