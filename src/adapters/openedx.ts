import type {
  Bundle,
  CourseStatus,
  ImportState,
  LMSAdapter,
  LmsFault,
  NewCourse,
  OpenEdXConfig,
  TestConnectionResult,
} from "../kernel/lms-adapter.ts";
import {
  type Answered,
  type Ask,
  fault,
  faultOfStatus,
  isFault,
  type Link,
  saidIn,
  type Wire,
} from "./openedx-request.ts";
import { sendAs, tokenOf } from "./openedx-token.ts";
import { multipartOf } from "./openedx-upload.ts";

const TEST_MS = 10_000;
/** For a bundle of up to 250 MB. */
export const UPLOAD_MS = 240_000;
/** The newest of the publisher's own imports; ours is among the first. */
const TASK_PAGES_MAX = 3;

/** Open edX: LMS and Studio, by the facts of their own source. */
export function openEdX(config: OpenEdXConfig, wire: Wire): LMSAdapter<OpenEdXConfig> {
  const link: Link = { config, wire };
  const { cmsUrl, lmsUrl, timeout } = config;
  const get = (address: string, more: Partial<Ask> = {}) =>
    sendAs(link, { address, timeoutMs: timeout, ...more });
  const adapter: LMSAdapter<OpenEdXConfig> = {
    type: "openedx",
    validateConfig: () =>
      Promise.resolve([lmsUrl, cmsUrl, config.clientId, config.clientSecret].every(Boolean)),
    testConnection: () => testConnection(link),
    links: (key) => ({
      courseUrl: `${lmsUrl}/courses/${inPath(key)}/course/`,
      studioUrl: `${cmsUrl}/course/${inPath(key)}`,
    }),
    findCourse: async (key) => {
      const answered = await get(`${cmsUrl}/api/contentstore/v1/course_details/${inPath(key)}`);
      if (isFault(answered)) return answered;
      if (answered.status === 200) return { exists: true };
      return isMissing(answered) ? { exists: false } : faultOfStatus(answered);
    },
    createCourse: (course) => createCourse(link, adapter, course),
    publishCourse: (key, bundle) => upload(link, key, bundle),
    importState: async (key, { taskId, fileName }) => {
      const query = new URLSearchParams({ task_id: taskId, filename: fileName });
      const answered = await get(`${importOf(link, key)}?${query}`, { onTimeout: "POLL_TIMEOUT" });
      if (isFault(answered)) return answered;
      const state = answered.json?.state;
      if (answered.status !== 200) return faultOfStatus(answered);
      return typeof state === "string"
        ? stateOf(state)
        : fault("POLL_TIMEOUT", "The instance answered without a state", { again: true });
    },
    findImport: (key, fileName) => findImport(link, key, fileName),
    coursePage: async (key) => {
      const answered = await get(`${lmsUrl}/api/courses/v1/courses/${inPath(key)}/`);
      if (isFault(answered)) return answered;
      const { name, start } = answered.json ?? {};
      if (answered.status === 404) return { exists: false };
      if (answered.status !== 200 || typeof name !== "string") return faultOfStatus(answered);
      const startsAt = typeof start === "string" ? Date.parse(start) : Number.NaN;
      return { exists: true, title: name, ...(Number.isNaN(startsAt) ? {} : { startsAt }) };
    },
    getCourseStatus: (key) => statusOf(adapter, key, wire.now()),
  };
  return adapter;
}

/** Raw `+` may stand in a path; in a query it would be a blank. */
const inPath = (key: string): string =>
  encodeURIComponent(key).replaceAll("%2B", "+").replaceAll("%3A", ":");

/** With its slash: without it Django redirects, and the POST becomes a GET. */
const importOf = ({ config }: Link, key: string): string =>
  `${config.cmsUrl}/api/courses/v0/import/${inPath(key)}/`;

const isMissing = ({ status, json }: Answered): boolean =>
  status === 404 && json?.error_code !== "invalid_course_key";

/** Every other word is one of a step under way. */
function stateOf(said: string): ImportState {
  if (said === "Succeeded") return { state: "succeeded", said };
  return { state: said === "Failed" || said === "Canceled" ? "failed" : "running", said };
}

async function createCourse(
  { config, wire }: Link,
  adapter: LMSAdapter,
  { key, title, startsAt }: NewCourse,
): Promise<{ exists: true } | LmsFault> {
  const [org = "", number = "", run = ""] = key.replace(/^course-v1:/, "").split("+");
  const start = new Date(startsAt).toISOString();
  const answered = await sendAs(
    { config, wire },
    {
      address: `${config.cmsUrl}/api/v1/course_runs/`,
      method: "POST",
      headers: { "content-type": "application/json" },
      bodyOf: async () => JSON.stringify({ title, org, number, run, schedule: { start } }),
      timeoutMs: config.timeout,
    },
  );
  if (!isFault(answered) && answered.status === 201) return { exists: true };
  // A course made at the same moment, or a reply that was lost: what counts is that it is there now.
  const there = await adapter.findCourse(key);
  if ("exists" in there && there.exists) return { exists: true };
  if (isFault(answered)) return answered;
  if (answered.status === 403) {
    return fault(
      "INSUFFICIENT_ROLE",
      "The user behind the client may not create courses: make it staff, or create the empty course in Studio and add the user to its team",
    );
  }
  return faultOfStatus(answered);
}

async function upload(link: Link, key: string, bundle: Bundle) {
  const form = multipartOf(link.wire, bundle);
  const answered = await sendAs(link, {
    address: importOf(link, key),
    method: "POST",
    headers: { "content-type": form.contentType },
    bodyOf: form.bodyOf,
    timeoutMs: UPLOAD_MS,
    onTimeout: "UPLOAD_TIMEOUT",
  });
  if (isFault(answered))
    return form.begun() && !answered.unsent ? { ...answered, lost: true } : answered;
  const taskId = answered.json?.task_id;
  if (answered.status === 200 && typeof taskId === "string") return { taskId };
  const refused = faultOfStatus(answered);
  if (answered.status < 500) {
    return answered.status === 200 ? { ...refused, lost: true } : refused;
  }
  // A gateway that says nothing may have passed the body on.
  return saidIn(answered) === "" && answered.status !== 500 ? { ...refused, lost: true } : refused;
}

type Artifact = { name: string; text: string };

async function findImport(link: Link, key: string, fileName: string) {
  const named = `Import of ${key} from ${fileName}`;
  let address: string | undefined = `${link.config.cmsUrl}/api/tasks/v0/tasks/`;
  for (let page = 0; page < TASK_PAGES_MAX && address; page++) {
    const answered = await sendAs(link, { address, timeoutMs: link.config.timeout });
    if (isFault(answered)) return answered;
    if (answered.status !== 200) return faultOfStatus(answered);
    const results = Array.isArray(answered.json?.results) ? answered.json.results : [];
    const record = results.find((one: unknown) => isRecord(one) && one.name === named);
    if (isRecord(record)) {
      const state = stateOf(String(record.state));
      const reason = state.state === "failed" ? await reasonOf(link, record) : undefined;
      return { found: true as const, ...state, ...(reason === undefined ? {} : { reason }) };
    }
    address = sameHost(link, answered.json?.next);
  }
  return { found: false as const };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

/** What the instance links to is followed at Studio alone: the token goes nowhere else. */
function sameHost({ config }: Link, address: unknown): string | undefined {
  const url = typeof address === "string" ? URL.parse(address, config.cmsUrl) : null;
  return url && url.origin === new URL(config.cmsUrl).origin ? url.href : undefined;
}

/** Why an import failed, out of what it left behind; nothing where it tells nothing. */
async function reasonOf(link: Link, record: Record<string, unknown>): Promise<string | undefined> {
  const said: Artifact[] = [];
  for (const one of Array.isArray(record.artifacts) ? record.artifacts.slice(0, 5) : []) {
    const address = sameHost(link, one);
    if (!address) continue;
    const answered = await sendAs(link, { address, timeoutMs: link.config.timeout });
    if (isFault(answered) || answered.status !== 200) continue;
    const { name, text } = answered.json ?? {};
    if (typeof name === "string" && typeof text === "string") said.push({ name, text });
  }
  const olx = said.find(({ name }) => name === "OLX_VALIDATION_ERROR")?.text;
  const plain = said.find(({ name }) => name === "Error")?.text;
  return olx === undefined ? plain?.slice(0, 1_000) : errorsIn(olx);
}

function errorsIn(text: string): string {
  try {
    const { errors } = JSON.parse(text) as { errors?: unknown };
    if (Array.isArray(errors)) return errors.map(String).join("; ").slice(0, 1_000);
  } catch {
    // Not the JSON that it should be: it is shown as it is.
  }
  return text.slice(0, 1_000);
}

async function statusOf(
  adapter: LMSAdapter<OpenEdXConfig>,
  key: string,
  now: number,
): Promise<CourseStatus | LmsFault> {
  const found = await adapter.findCourse(key);
  if ("fault" in found) return found;
  const { courseUrl: lmsUrl, studioUrl } = adapter.links(key);
  const links = { lmsUrl, studioUrl };
  if (!found.exists) return { exists: false, published: false, ...links };
  const page = await adapter.coursePage(key);
  if ("fault" in page) return page;
  if (!page.exists) return { exists: true, published: false, ...links };
  const { title, startsAt } = page;
  const published = startsAt !== undefined && startsAt <= now;
  return {
    exists: true,
    published,
    title,
    ...(startsAt === undefined ? {} : { startsAt }),
    ...links,
  };
}

/** Token, then Studio with it, then a right, all within ten seconds. */
async function testConnection(link: Link): Promise<TestConnectionResult> {
  const { config, wire } = link;
  const start = wire.now();
  const clock = performance.now();
  const left = (): number => start + TEST_MS - wire.now() - (performance.now() - clock);
  const failed = ({ fault: code, message }: LmsFault): TestConnectionResult => ({
    success: false,
    latencyMs: Math.round(performance.now() - clock),
    message,
    code,
  });
  const token = await tokenOf(link, left());
  if ("fault" in token) return failed(token);
  const beat = await sendAs(link, {
    address: `${config.cmsUrl}/api/contentstore/v0/heartbeat`,
    timeoutMs: left(),
  });
  if (isFault(beat)) return failed(beat);
  if (beat.status !== 200) return failed(faultOfStatus(beat));
  const probe = `course-v1:${config.organization}+lyceum-connection-test+none`;
  const right = config.autoCreateCourse
    ? `${config.cmsUrl}/api/v1/course_runs/${inPath(probe)}/`
    : `${config.cmsUrl}/api/contentstore/v1/course_details/${inPath(probe)}`;
  const asked = await sendAs(link, { address: right, timeoutMs: left() });
  if (isFault(asked)) return failed(asked);
  if (asked.status === 403 && config.autoCreateCourse) {
    return failed(
      fault(
        "INSUFFICIENT_ROLE",
        "The connection works, but its user may not create courses: make it staff, or switch autoCreateCourse off",
      ),
    );
  }
  if (asked.status !== 200 && asked.status !== 404) return failed(faultOfStatus(asked));
  const latencyMs = Math.round(performance.now() - clock);
  return { success: true, latencyMs, message: "LMS and Studio answer, and take the token" };
}
