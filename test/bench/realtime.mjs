// `npm run bench:realtime`: a live session beside a socket.io server on the same machine in the same run.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seedDemo } from "../../scripts/seed.mjs";
import { migrate } from "../../scripts/server.mjs";
import { lyceumRoom } from "./realtime-lyceum.mjs";
import { peerRoom } from "./realtime-peer.mjs";
import { bareConfig, build, cpuMsOf, lyceumConfig, root, startRuntime } from "./runtime.mjs";

/** Five hundred sockets are an object's own; two thousand are four objects, the session's and three beside it. */
const SIZES = [500, 2_000];
/** Tabs of the instructor, who alone may send what has no pace but the socket's. */
const HOSTS = 10;
const AT_ONCE = 40;
/** Broadcasts one after another, a tab sending its next when its last is acknowledged. */
const BROADCASTS = 400;
/** Lines of chat for the latency: so many deliveries a second, whatever the size. */
const PACED_DELIVERIES = 10_000;
const PACED_MS = 5_000;
/** An object sleeps after ten seconds. */
const IDLE_MS = 12_000;
const QUIET_MS = 1_000;
const RUN_MS_MAX = 420_000;

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const say = (text) => console.log(text);
const rssKib = (pid) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]);
const quantile = (sorted, share) => sorted[Math.ceil(sorted.length * share) - 1];

/** Everybody in, measured while idle, at its limit and at a pace; then everybody out. */
async function measured({ pid, connect }, size) {
  const before = rssKib(pid);
  const told = { states: 0, lines: 0, latencies: [], at: 0, last: new Int32Array(size) };
  const sockets = [];
  for (let from = 0; from < size; from += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, size - from) }, (_, index) =>
      connect(from + index, (frame) => hear(told, from + index, frame)),
    );
    sockets.push(...(await Promise.all(some)));
  }
  await quiet(told);
  await wait(IDLE_MS);
  const idleKib = (rssKib(pid) - before) / size;
  const limit = await atTheLimit(sockets, told, pid);
  await quiet(told);
  const pace = await atAPace(sockets, told);
  for (const socket of sockets) socket.close();
  await wait(QUIET_MS);
  return { size, idleKib, ...limit, ...pace };
}

/** Each broadcast comes once and in order, or the run is worth nothing. */
function hear(told, index, { type, seq, data }) {
  told.at = performance.now();
  if (type === "welcome") {
    told.last[index] = seq;
    return;
  }
  if (told.last[index] > 0 && seq !== told.last[index] + 1) {
    throw new Error(`Socket ${index} was told ${seq} after ${told.last[index]}`);
  }
  told.last[index] = seq;
  if (type === "session:state") told.states++;
  if (type !== "session:chat") return;
  told.lines++;
  told.latencies.push(told.at - Number(data.line.text));
}

async function quiet(told) {
  told.at = Math.max(told.at, performance.now() - QUIET_MS + 1);
  while (performance.now() - told.at < QUIET_MS) await wait(100);
}

async function until(isDone, what) {
  const end = performance.now() + 60_000;
  while (!isDone()) {
    if (performance.now() > end) throw new Error(`Not everybody was told of ${what} in a minute`);
    await wait(2);
  }
}

async function atTheLimit(sockets, told, pid) {
  const cpuBefore = cpuMsOf(pid);
  const begun = performance.now();
  let left = BROADCASTS;
  const sends = sockets.slice(0, HOSTS).map(async (host) => {
    while (left-- > 0) await host.say({ type: "mute", muted: left % 2 === 0 });
  });
  await Promise.all(sends);
  const wanted = BROADCASTS * sockets.length;
  await until(() => told.states >= wanted, "every broadcast");
  const seconds = (told.at - begun) / 1_000;
  return {
    perSecond: wanted / seconds,
    cpuUs: ((cpuMsOf(pid) - cpuBefore) * 1_000) / wanted,
  };
}

async function atAPace(sockets, told) {
  await sockets[0].say({ type: "mute", muted: false });
  await quiet(told);
  told.latencies.length = 0;
  const lines = Math.round((PACED_DELIVERIES * PACED_MS) / 1_000 / sockets.length);
  const acks = [];
  for (let at = 0; at < lines; at++) {
    const learner = sockets[HOSTS + ((at * 7) % (sockets.length - HOSTS))];
    acks.push(learner.say({ type: "chat", text: String(performance.now()) }));
    await wait(PACED_MS / lines);
  }
  await Promise.all(acks);
  await until(() => told.latencies.length === lines * sockets.length, "every line");
  const sorted = told.latencies.toSorted((a, b) => a - b);
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) };
}

function print(results) {
  const head = ["sockets", "delivered/s", "server µs each", "p50 ms", "p99 ms", "KiB/idle socket"];
  say(`\n${"".padEnd(12)}${head.map((one) => one.padStart(17)).join("")}`);
  for (const [name, { size, perSecond, cpuUs, p50, p99, idleKib }] of results) {
    const cells = [
      size.toLocaleString("en"),
      perSecond.toFixed(0),
      cpuUs.toFixed(1),
      p50.toFixed(1),
      p99.toFixed(1),
      idleKib.toFixed(1),
    ];
    say(`${name.padEnd(12)}${cells.map((cell) => cell.padStart(17)).join("")}`);
  }
  say(
    `\nLyceum writes each broadcast down before it is sent, so that who was away is given it; socket.io keeps nothing.
Latency is from a learner's send to each socket's receipt, at ${PACED_DELIVERIES.toLocaleString("en")} deliveries a second; both servers' clients share one process.`,
  );
}

/** In memory where there is such a folder: as `bench` does. */
const MEMORY = "/dev/shm";
const folder = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), "lyceum-realtime-"));

async function lyceum(size, at) {
  const folders = {
    lyceum: join(folder, "lyceum"),
    bare: join(folder, "bare"),
    fill: join(folder, "fill"),
  };
  const state = join(folder, `state-${at}`);
  const runtime = await startRuntime({ folders, state, onLine: () => {} });
  try {
    await migrate(runtime.database);
    const { port, file } = { port: runtime.ports.lyceum, file: join(folder, `demo-${at}.json`) };
    const { org } = await seedDemo({
      database: runtime.database,
      url: `http://127.0.0.1:${port}`,
      learners: 0,
      file,
    });
    const of = { runtime, orgId: org.id, hosts: HOSTS };
    const warm = await lyceumRoom({ ...of, at: 0, size: HOSTS, hosts: 1 });
    (await warm.connect(0, () => {})).close();
    return await measured(await lyceumRoom({ ...of, at: 1, size }), size);
  } finally {
    await runtime.stop();
  }
}

async function peer(size) {
  const room = await peerRoom();
  try {
    (await room.connect(0, () => {})).close();
    return await measured(room, size);
  } finally {
    room.stop();
  }
}

const overdue = setTimeout(() => {
  console.error(`Not done after ${RUN_MS_MAX / 1_000} s`);
  rmSync(folder, { recursive: true, force: true });
  process.exit(1);
}, RUN_MS_MAX);
try {
  say("Building …");
  build(lyceumConfig, undefined, join(folder, "lyceum"));
  build(bareConfig, undefined, join(folder, "bare"));
  build(bareConfig, join(root, "test/bench/fill.ts"), join(folder, "fill"));
  const results = [];
  for (const [at, size] of SIZES.entries()) {
    say(`${size.toLocaleString("en")} sockets …`);
    results.push(["Lyceum", await lyceum(size, at)], ["socket.io", await peer(size)]);
  }
  print(results);
} finally {
  clearTimeout(overdue);
  rmSync(folder, { recursive: true, force: true });
}
