// `npm run bench:olx`: courses of 50, 500 and 5 000 units as bundles; milliseconds, memory, size, beside tar | gzip.
import { execFileSync } from "node:child_process";
import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

const MEMORY_MAX = 64 * 1024 * 1024;
const CPU_MAX_MS = 50;

const { bundleOf } = await import("../../src/openedx/olx/bundle.ts");
const { bucket, OPTIONS, sampleCourse } = await import("../openedx/olx/sample.ts");

const used = () => {
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + Math.max(external, arrayBuffers);
};
const mib = (bytes) => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;

async function build(units) {
  globalThis.gc?.();
  const before = used();
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, used() - before);
  }, 5);
  const cpu = process.cpuUsage();
  const start = performance.now();
  const bundle = await bundleOf(sampleCourse(units), bucket, OPTIONS);
  if (!("stream" in bundle)) throw new Error(JSON.stringify(bundle.issues.slice(0, 3)));
  let size = 0;
  for await (const chunk of bundle.stream()) {
    size += chunk.length;
    peak = Math.max(peak, used() - before);
  }
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  clearInterval(watch);
  return { ms, cpuMs: (user + system) / 1_000, peak, size, bundle };
}

/** The same files from a disk, by the machine's own tools. */
async function baseline(bundle) {
  const folder = mkdtempSync(join(tmpdir(), "lyceum-olx-"));
  try {
    const file = join(folder, "bundle.tar.gz");
    await pipeline(Readable.fromWeb(bundle.stream()), createWriteStream(file));
    execFileSync("tar", ["-C", folder, "-xzf", file]);
    const start = performance.now();
    const bytes = execFileSync("sh", ["-c", `tar -C "${folder}" -cf - course | gzip -6 | wc -c`]);
    return { ms: performance.now() - start, size: Number(bytes.toString().trim()) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

for (let warm = 0; warm < 5; warm++) await build(50);
let failed = false;
console.log("units      ms   CPU ms   peak memory        bundle   tar | gzip");
for (const units of [50, 500, 5_000]) {
  const { ms, cpuMs, peak, size, bundle } = await build(units);
  const base = await baseline(bundle);
  console.log(
    [
      String(units).padStart(5),
      ms.toFixed(0).padStart(7),
      cpuMs.toFixed(0).padStart(8),
      mib(peak).padStart(13),
      `${size}`.padStart(13),
      `${base.ms.toFixed(0)} ms, ${base.size}`.padStart(16),
    ].join(" "),
  );
  if (peak > MEMORY_MAX) failed = true;
  if (units === 50 && cpuMs > CPU_MAX_MS) failed = true;
}
if (failed) {
  console.error(`Over ${mib(MEMORY_MAX)} of memory, or over ${CPU_MAX_MS} ms of CPU for 50 units`);
  process.exitCode = 1;
}
