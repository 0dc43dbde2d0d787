// `npm run bench`: what Lyceum costs, as ratios to bare Hono Workers measured in the same run.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { seedDemo } from "../../scripts/seed.mjs";
import { migrate } from "../../scripts/server.mjs";
import { afterwards, meterOf } from "./afterwards.mjs";
import { rowsRead } from "./catalogue.mjs";
import { stopLoad } from "./load.mjs";
import { bareConfig, build, lyceumConfig, root, startRuntime, startUpMs } from "./runtime.mjs";
import { tasksDone } from "./settled.mjs";
import { throughput } from "./throughput.mjs";

const SIZES = [100, 1_000, 10_000, 100_000];
/** Shares of learners: Lyceum's and the bare Worker's, for neither may enroll the other's again. */
const LEARNERS = 150;
const COURSES_ENROLLED_IN = 1_000;
const KIB = 1_024;

/** In memory where there is such a folder: a disk's fsync would hide what the Workers themselves cost. */
const MEMORY = "/dev/shm";
const folder = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), "lyceum-bench-"));
const started = performance.now();
const say = (text) => console.log(text);

function buildAll() {
  say("Building …");
  return {
    lyceum: build(lyceumConfig, undefined, join(folder, "lyceum")),
    bare: build(bareConfig, undefined, join(folder, "bare")),
    fill: build(bareConfig, join(root, "test/bench/fill.ts"), join(folder, "fill")),
  };
}

function bundle(folders) {
  const files = readdirSync(folders.lyceum).filter((name) => name.endsWith(".js"));
  const sizes = files.map((name) => {
    const bytes = readFileSync(join(folders.lyceum, name));
    return { raw: bytes.length, gzipped: gzipSync(bytes, { level: 9 }).length };
  });
  const sum = (field) => sizes.reduce((total, one) => total + one[field], 0) / KIB;
  return { files: files.length, rawKib: sum("raw"), gzippedKib: sum("gzipped") };
}

const STARTS = 7;

/**
 * What Lyceum takes over a bare Worker, which holds what the runtime itself needs; and how much of that goes
 * by for as many bytes that nobody looks at: Miniflare hands the script to workerd, as no platform does.
 */
async function startUp(folders) {
  const bytes = readFileSync(join(folders.lyceum, "worker.js"));
  const over = { ready: [], first: [], carrying: [] };
  for (let round = 0; round < STARTS; round++) {
    const bare = await startUpMs(folders.bare, "bare.js", "/hello");
    const lyceum = await startUpMs(folders.lyceum, "worker.js", "/health");
    const laden = await startUpMs(folders.bare, "bare.js", "/hello", bytes);
    over.ready.push(lyceum.ready - bare.ready);
    over.first.push(lyceum.first - bare.first);
    over.carrying.push(laden.ready - bare.ready);
  }
  const median = (all) => all.toSorted((a, b) => a - b)[all.length >> 1];
  return {
    ready: median(over.ready),
    first: median(over.first),
    carrying: median(over.carrying),
  };
}

async function bench() {
  const folders = buildAll();
  const { files, rawKib, gzippedKib } = bundle(folders);
  const begun = await startUp(folders);
  const meter = meterOf();
  const runtime = await startRuntime({
    folders,
    state: join(folder, "state"),
    onLine: meter.hear,
  });
  try {
    await migrate(runtime.database);
    const demo = await seedDemo({
      database: runtime.database,
      url: `http://127.0.0.1:${runtime.ports.lyceum}`,
      learners: LEARNERS,
      file: join(folder, "demo.json"),
    });
    await runtime.relay();
    await tasksDone(runtime.database);
    const sizes = [];
    let filled = 0;
    for (const size of SIZES) {
      say(`Filling to ${size.toLocaleString("en")} courses …`);
      const step = 5_000;
      for (let from = filled; from < size; from = Math.min(size, from + step)) {
        const modules = from < COURSES_ENROLLED_IN;
        await runtime.fill({ orgId: demo.org.id, from, to: Math.min(size, from + step), modules });
      }
      filled = size;
      await runtime.database.exec("PRAGMA optimize");
      sizes.push({ size, ...(await rowsRead(demo, size)) });
      if (size === COURSES_ENROLLED_IN) {
        say("Measuring throughput …");
        await throughput({ runtime, demo, meter, courses: size, say });
        await afterwards({ runtime, demo, meter, courses: size, say });
      }
    }
    printSizes(sizes);
  } finally {
    stopLoad();
    await runtime.stop();
  }
  say(`
Bundle    ${gzippedKib.toFixed(0)} KiB gzipped (${rawKib.toFixed(0)} KiB in ${files} file(s)); bar < 1536 KiB  ${verdict(gzippedKib < 1_536)}
Start-up  ${begun.ready.toFixed(0)} ms until ready and ${begun.first.toFixed(0)} ms more for the first answer, over a bare Worker (median of ${STARTS}); bar < 400 ms together  ${verdict(begun.ready + begun.first < 400)}
          ${begun.carrying.toFixed(0)} ms of them bring the bundle's bytes to workerd: a bare Worker with as many beside it takes them too
`);
}

export const verdict = (holds) => (holds ? "PASS" : "below the bar");

function printSizes(sizes) {
  const head = sizes.map(({ size }) => size.toLocaleString("en").padStart(16)).join("");
  say(
    `\nRows read and ms of D1 for one page of 20, by courses in the organization (bar: at most 130 rows)`,
  );
  say(`${"".padEnd(30)}${head}`);
  for (const { name } of sizes[0].pages) {
    const cells = sizes.map(({ pages }) => {
      const { rows, ms } = pages.find((one) => one.name === name);
      return `${rows} · ${ms.toFixed(1)} ms`.padStart(16);
    });
    const most = Math.max(...sizes.map(({ pages }) => pages.find((one) => one.name === name).rows));
    say(`${name.padEnd(30)}${cells.join("")}  ${verdict(most <= 130)}`);
  }
  say("\nSearch, ms of D1 (found on the page); rows_read does not see full text");
  for (const { name } of sizes[0].searches) {
    const cells = sizes.map(({ searches }) => {
      const { found, ms } = searches.find((one) => one.name === name);
      return `${ms.toFixed(1)} ms (${found})`.padStart(16);
    });
    say(`${name.padEnd(30)}${cells.join("")}`);
  }
}

try {
  await bench();
  say(`Done in ${((performance.now() - started) / 1_000).toFixed(0)} s.`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
