import { type Placeholder, type SQL, sql } from "drizzle-orm";
import type { Db, Statement } from "../kernel/statement.ts";
import { fold } from "../kernel/text.ts";
import type { CourseRow } from "./statements.ts";

const WORD = /[\p{L}\p{N}\p{M}]+/gu;
const WORDS_MAX = 12;

/** The words of a query, each by prefix, all of them wanted; nothing where it has no word. */
export function matchOf(q: string): string | undefined {
  const words = [...new Set(fold(q).match(WORD) ?? [])];
  const wanted = words.filter((word, at) => !isTailOfPair(words, word, at)).slice(0, WORDS_MAX);
  if (wanted.length === 0) return undefined;
  return wanted.map((word) => `"${word}"*`).join(" AND ");
}

/** A run's last character stands alone in the fold; in a query its pair says it already. */
const isTailOfPair = (words: readonly string[], word: string, at: number): boolean =>
  [...word].length === 1 && CJK_ONE.test(word) && words[at - 1]?.endsWith(word) === true;
const CJK_ONE = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]$/u;

const token = (kind: string, value: string): string =>
  `${kind}${value.toLowerCase().replace(/[^a-z0-9]/g, "")}`;

export type Scope = {
  organizationId: string;
  status?: string | undefined;
  level?: string | undefined;
  categoryId?: string | null | undefined;
  language?: string | undefined;
};

/** What is matched first, with weight 0: so no query ranks another organization's rows. */
const scopeTokens = (scope: Scope): string[] => [
  token("o", scope.organizationId),
  ...(scope.status ? [token("s", scope.status)] : []),
  ...(scope.level ? [token("l", scope.level)] : []),
  ...(scope.categoryId ? [token("c", scope.categoryId)] : []),
  ...(scope.language ? [token("g", scope.language)] : []),
];

const courseToken = (courseId: string): string => token("i", courseId);

const rowOf = (courseId: string): SQL =>
  sql`rowid in (select rowid from lms_course_search where lms_course_search match ${`scope : "${courseToken(courseId)}"`})`;

export type Searched = Pick<
  CourseRow,
  | "id"
  | "organizationId"
  | "status"
  | "level"
  | "categoryId"
  | "language"
  | "title"
  | "description"
  | "learningObjectives"
>;

/** A module that is not published is found by nobody. */
export const titlesFound = (
  outline: readonly { title: string; isPublished: boolean }[],
): string[] => outline.filter((module) => module.isPublished).map((module) => module.title);

/** The index row of a course, made anew. `modules` are the titles of its modules. */
export const indexCourse = (
  db: Db,
  course: Searched,
  { tags, modules }: { tags: readonly string[]; modules: readonly string[] },
): Statement[] => [
  db.all(sql`delete from lms_course_search where ${rowOf(course.id)}`),
  db.all(sql`insert into lms_course_search (course_id, scope, title, tags, objectives, modules, description)
    values (${course.id}, ${[courseToken(course.id), ...scopeTokens(course)].join(" ")}, ${fold(course.title)},
      ${fold(tags.join(" "))}, ${fold(course.learningObjectives.join(" "))},
      ${fold(modules.join(" "))}, ${fold(course.description)})`),
];

/** A course's new status alone. */
export const indexStatus = (db: Db, course: Searched): Statement =>
  db.all(sql`update lms_course_search
    set scope = ${[courseToken(course.id), ...scopeTokens(course)].join(" ")} where ${rowOf(course.id)}`);

/** Words without a letter or figure: matches nothing, and is no syntax error. */
const NOTHING = '""';

/** What the index is asked: within the scope, which has weight 0, all words of the query. */
export const matchWithin = (scope: Scope, q: string): string => {
  const within = scopeTokens(scope)
    .map((one) => `"${one}"`)
    .join(" AND ");
  return `scope : (${within}) AND {title tags objectives modules description} : (${matchOf(q) ?? NOTHING})`;
};

/** Ids and ranks of the courses that match, best first: title, tags, objectives, modules, description. */
export const ranked = (match: Placeholder): SQL =>
  sql`select course_id, bm25(lms_course_search, 0.0, 0.0, 10.0, 6.0, 3.0, 3.0, 1.0) as score
    from lms_course_search where lms_course_search match ${match}`;
