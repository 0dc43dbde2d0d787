// Requests a second of Lyceum and of a bare Worker, in turns, on one workerd.
import { load, requestOf } from "./load.mjs";
import { workerdCpuMs } from "./runtime.mjs";
import { settled, tasksDone } from "./settled.mjs";

const ROUNDS_MIN = 8;
const ROUNDS_MAX = 16;
/** Of the median: the middle half of the ratios lies closer, or more rounds are run. */
const SPREAD_MAX = 0.08;
const ROUND_MS = 1_200;
const WARM_MS = 1_500;

const median = (all) => {
  const sorted = all.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/**
 * Answers by second of workerd's processor time, where /proc tells it: one thread does all the work of both, so
 * that on a quiet machine it is their throughput, and on a busy one what their throughput would have been.
 */
const judged = (ratios, cpuRatios) => (cpuRatios.every(Number.isFinite) ? cpuRatios : ratios);

/** How far apart the middle half of the values lies, by their median. */
function spreadOf(all) {
  const sorted = all.toSorted((a, b) => a - b);
  const quarter = sorted.length >> 2;
  return (sorted[sorted.length - 1 - quarter] - sorted[quarter]) / median(all);
}

export async function throughput({ runtime, demo, meter, courses, say }) {
  const { ports, database } = runtime;
  const { org, keys } = demo;
  const pairs = pairsOf(demo, courses);
  const quiet = async () => {
    await runtime.letGo();
    await settled(database);
    await tasksDone(database);
  };
  const enrollments = (share, path) => ({
    port: ports.bare,
    requests: share.map((body) => requestOf("POST", path, { body: { orgId: org.id, ...body } })),
    once: true,
    before: runtime.holdBack,
    after: runtime.letGo,
  });
  const own = {
    port: ports.lyceum,
    requests: pairs.own.map(({ key, courseId }) =>
      requestOf("POST", "/lms/enrollments", { key, body: { courseId } }),
    ),
    once: true,
    before: runtime.holdBack,
    after: quiet,
  };
  const catalogue = {
    port: ports.lyceum,
    requests: [requestOf("GET", "/lms/courses", { key: keys.learner })],
  };
  const bare = (path) => ({ port: ports.bare, requests: [requestOf("GET", path)] });
  const cached = {
    port: ports.lyceum,
    requests: [requestOf("GET", `/lms/courses?org=${org.slug}`)],
  };
  const lines = [
    [
      "catalogue, signed in",
      "one D1 read of the same rows",
      0.8,
      catalogue,
      bare(`/courses?org=${org.id}`),
    ],
    [
      "enrollment",
      "the same two batches, one message",
      0.6,
      own,
      enrollments(pairs.bare, "/enrollments"),
    ],
    [
      "… leanest peer",
      "one row read, one written, one message",
      undefined,
      own,
      enrollments(pairs.lean, "/enrollments/lean"),
    ],
    ["catalogue, cached", "a bare hello", 0.5, cached, bare("/hello")],
  ];
  say(
    `\nAnswers alone: in every round the queues of both wait, and what follows is counted below\n${"".padEnd(22)}${"Lyceum req/s".padStart(13)}${"bare req/s".padStart(12)}${"ratio".padStart(8)}${"by CPU".padStart(10)}  rounds             bar   against`,
  );
  for (const [name, against, bar, mine, theirs] of lines) {
    const { own: fast, bare: base, ratios, judgedBy } = await inTurns(mine, theirs);
    const ratio = median(judgedBy);
    const spread = `${Math.min(...judgedBy).toFixed(2)}–${Math.max(...judgedBy).toFixed(2)}`;
    const barred = bar === undefined ? "" : `${bar}  ${ratio >= bar ? "PASS" : "below the bar"}`;
    say(
      `${name.padEnd(22)}${fast.toFixed(0).padStart(13)}${base.toFixed(0).padStart(12)}${median(ratios).toFixed(2).padStart(8)}${ratio.toFixed(2).padStart(10)}  ${`${spread} of ${ratios.length}`.padEnd(17)}  ${barred.padEnd(6)}  ${against}`,
    );
  }
  await costs({ ports, keys, org, meter, say });
}

/** Each learner of a share in each course, so that nobody enrolls twice. */
function pairsOf({ learners }, courses) {
  const size = Math.floor(learners.length / 3);
  const share = (at) => learners.slice(at * size, (at + 1) * size);
  const all = (people) =>
    Array.from({ length: courses }, (_, at) => at)
      .filter((at) => at % 20 !== 19 && at % 11 !== 0)
      .flatMap((at) =>
        people.map(({ id, key }) => ({
          learnerId: id,
          key,
          courseId: `01900001-0000-7000-8000-${at.toString(16).padStart(12, "0")}`,
        })),
      );
  const bodies = (people) =>
    all(people).map(({ learnerId, courseId }) => ({ learnerId, courseId }));
  return { own: all(share(0)), bare: bodies(share(1)), lean: bodies(share(2)) };
}

/** Rounds in turns: what slows the machine slows both. More of them where they disagree. */
async function inTurns(mine, theirs) {
  await timed(mine, WARM_MS);
  await timed(theirs, WARM_MS);
  const own = [];
  const bare = [];
  const ratios = [];
  const cpuRatios = [];
  while (
    ratios.length < ROUNDS_MIN ||
    (ratios.length < ROUNDS_MAX && spreadOf(judged(ratios, cpuRatios)) > SPREAD_MAX)
  ) {
    const order = ratios.length % 2 ? [mine, theirs] : [theirs, mine];
    for (const one of order) (one === mine ? own : bare).push(await timed(one, ROUND_MS));
    ratios.push(own.at(-1).perSecond / bare.at(-1).perSecond);
    cpuRatios.push(bare.at(-1).cpuMs / own.at(-1).cpuMs);
  }
  const perSecond = (all) => median(all.map((one) => one.perSecond));
  return {
    own: perSecond(own),
    bare: perSecond(bare),
    ratios,
    judgedBy: judged(ratios, cpuRatios),
  };
}

async function timed(target, ms) {
  await target.before?.();
  const cpuBefore = workerdCpuMs();
  const { perSecond, count, failures, firstFailure } = await load({
    port: target.port,
    requests: target.requests,
    ms,
    again: !target.once,
  });
  if (failures > 0) throw new Error(`${failures} of ${count} answers were no 2xx: ${firstFailure}`);
  if (count === 0) throw new Error("No requests are left to be sent once");
  const cpuMs = (workerdCpuMs() - cpuBefore) / count;
  if (target.once) target.requests = target.requests.slice(count);
  await target.after?.();
  return { perSecond, cpuMs };
}

/** Trips and rows of single requests, as Server-Timing says them. */
async function costs({ ports, keys, org, say }) {
  const timing = async (path, headers) => {
    const answer = await fetch(`http://127.0.0.1:${ports.lyceum}${path}`, { headers });
    await answer.arrayBuffer();
    return /desc="([^"]+)"/.exec(answer.headers.get("server-timing"))?.[1];
  };
  const signedIn = { authorization: `Bearer ${keys.learner}` };
  const cached = `/lms/courses?org=${org.slug}`;
  await timing(cached, {});
  await timing("/lms/courses", signedIn);
  say(
    `\nD1 by request: catalogue signed in ${await timing("/lms/courses", signedIn)}, cached ${await timing(cached, {})}`,
  );
}
