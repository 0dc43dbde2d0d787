// What one page of the catalogue reads, and how long full text takes.
const REPEATS = 5;
const LIMIT = 20;

/** As `test/bench/fill.ts` numbers them. */
const idOf = (kind, at) =>
  `0190${kind.toString(16).padStart(4, "0")}-0000-7000-8000-${at.toString(16).padStart(12, "0")}`;

const FILTERS = [
  ["no filter", ""],
  ["status", "status=published"],
  ["level", "level=intermediate"],
  ["level, a rarer one", "level=advanced"],
  ["type", "type=self-paced"],
  ["language, a rare one", "language=pt-BR"],
  ["category", `categoryId=${idOf(3, 7)}`],
  ["instructor", `instructorId=${idOf(2, 7)}`],
  ["tag", "tags=tag-7"],
  ["featured", "isFeatured=true"],
  ["price from", "minPrice=1"],
  ["price to", "maxPrice=500"],
];

const SEARCHES = [
  ["a word of every course", "course"],
  ["… with a filter", "course&level=advanced"],
  ["… its second page", "course", 2],
  ["a word of a sixth, ё as е", "черный"],
  ["two prefixes", "cours stat"],
  ["a rare word", "цеппелин"],
  ["a word of none", "quetzalcoatl"],
];

/** @returns pages `{ name, rows, ms }` and searches `{ name, found, ms }`, ms the median of a few */
export async function rowsRead({ url, keys, org }, size) {
  const ask = async (path) => {
    const answer = await fetch(new URL(path, url), {
      headers: { authorization: `Bearer ${keys.learner}`, "x-org-id": org.id },
    });
    const body = await answer.json();
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${JSON.stringify(body)}`);
    const [, trips, rows, ms] = /desc="(\d+) trips (\d+) rows";dur=([\d.]+)/.exec(
      answer.headers.get("server-timing"),
    );
    return { body, trips: Number(trips), rows: Number(rows), ms: Number(ms) };
  };
  const measured = async (name, path) => {
    await ask(path);
    const all = [];
    for (let round = 0; round < REPEATS; round++) all.push(await ask(path));
    const ms = all.map((one) => one.ms).toSorted((a, b) => a - b)[REPEATS >> 1];
    // Who calls is looked up anew every 30 s, which falls on one round or another.
    const [{ body, rows, trips }] = all.toSorted((a, b) => a.trips - b.trips);
    if (trips !== 1) throw new Error(`${path} made ${trips} trips`);
    return { name, rows, ms, found: body.data.length, nextCursor: body.nextCursor };
  };
  const pages = [];
  for (const [name, filter] of FILTERS) {
    pages.push(await measured(name, `/lms/courses?limit=${LIMIT}&${filter}`));
  }
  const deep = await walk(ask, size / 2);
  const cursor = `cursor=${encodeURIComponent(deep)}`;
  pages.push(await measured("by cursor, half-way down", `/lms/courses?limit=${LIMIT}&${cursor}`));
  const searches = [];
  for (const [name, q, page = 1] of SEARCHES) {
    const [words, ...filters] = q.split("&");
    const query = [`q=${encodeURIComponent(words)}`, ...filters, `limit=${LIMIT}`].join("&");
    const first = await measured(name, `/lms/search?${query}`);
    const next = `/lms/search?${query}&cursor=${encodeURIComponent(first.nextCursor)}`;
    searches.push(page === 1 ? first : await measured(name, next));
  }
  return { pages, searches };
}

/** The cursor after so many rows, reached page by page as a client would. */
async function walk(ask, rows) {
  let cursor = "";
  for (let seen = 0; seen < rows * 0.9; seen += 100) {
    const after = cursor ? `&cursor=${encodeURIComponent(cursor)}` : "";
    const limit = Math.min(100, Math.max(1, Math.floor(rows)));
    const { body } = await ask(`/lms/courses?limit=${limit}${after}`);
    if (body.nextCursor === null) break;
    cursor = body.nextCursor;
  }
  return cursor;
}
