// Requests a second of Lyceum and of a bare Worker, in turns, on one workerd.
import { load, requestOf } from "./load.mjs";

const ROUNDS = 6;
const ROUND_MS = 2_000;
const WARM_MS = 1_500;

const median = (all) => {
  const sorted = all.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

export async function throughput({ runtime, demo, meter, courses, say }) {
  const { ports, database } = runtime;
  const { org, keys } = demo;
  const pairs = pairsOf(demo, courses);
  const quiet = () => settled(database);
  const enrollments = (share, path) => ({
    port: ports.bare,
    requests: share.map((body) => requestOf("POST", path, { body: { orgId: org.id, ...body } })),
    once: true,
  });
  const own = {
    port: ports.lyceum,
    requests: pairs.own.map(({ key, courseId }) =>
      requestOf("POST", "/lms/enrollments", { key, body: { courseId } }),
    ),
    once: true,
    quiet,
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
    `\n${"".padEnd(22)}${"Lyceum req/s".padStart(13)}${"bare req/s".padStart(12)}${"ratio".padStart(8)}  rounds       bar   against`,
  );
  for (const [name, against, bar, mine, theirs] of lines) {
    const { own: fast, bare: base, ratios } = await inTurns(mine, theirs);
    const ratio = median(ratios);
    const spread = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
    const barred = bar === undefined ? "" : `${bar}  ${ratio >= bar ? "PASS" : "below the bar"}`;
    say(
      `${name.padEnd(22)}${fast.toFixed(0).padStart(13)}${base.toFixed(0).padStart(12)}${ratio.toFixed(2).padStart(8)}  ${spread.padEnd(11)}  ${barred.padEnd(6)}  ${against}`,
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

/** Rounds in turns: what slows the machine slows both. */
async function inTurns(mine, theirs) {
  await timed(mine, WARM_MS);
  await timed(theirs, WARM_MS);
  const own = [];
  const bare = [];
  for (let round = 0; round < ROUNDS; round++) {
    const order = round % 2 ? [mine, theirs] : [theirs, mine];
    for (const one of order) (one === mine ? own : bare).push(await timed(one, ROUND_MS));
  }
  return { own: median(own), bare: median(bare), ratios: own.map((one, at) => one / bare[at]) };
}

async function timed(target, ms) {
  const { perSecond, count, failures, firstFailure } = await load({
    port: target.port,
    requests: target.requests,
    ms,
    again: !target.once,
  });
  if (failures > 0) throw new Error(`${failures} of ${count} answers were no 2xx: ${firstFailure}`);
  if (target.once) target.requests = target.requests.slice(count);
  await target.quiet?.();
  return perSecond;
}

/** What went before must not weigh on what is measured next. */
export async function settled(database) {
  const end = Date.now() + 60_000;
  for (;;) {
    const row = await database
      .prepare("SELECT count(*) AS open FROM domain_event_log WHERE settled_at IS NULL")
      .first();
    if (row.open === 0) return;
    if (Date.now() > end) throw new Error(`${row.open} events are unsettled after 60 s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
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
