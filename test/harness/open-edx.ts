import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  export interface ProvidedContext {
    openEdxUrl: string;
  }
}

type On =
  | "token"
  | "heartbeat"
  | "runs"
  | "create"
  | "details"
  | "import"
  | "status"
  | "tasks"
  | "page";

/** What an instance does instead of its duty, so many times. */
export type InstanceFault = { on: On; times: number } & (
  | { status: number; body?: string; type?: string; location?: string }
  /** Cuts the connection: at once, in the middle of the body, or when all is done and only the reply is left. */
  | { cut: "first" | "midway" | "reply" }
  | { hang: true }
);

export type InstanceScript = {
  clientId?: string;
  clientSecret?: string;
  /** Whether the user behind the client may create courses, and whether it is on a course's team. */
  staff?: boolean;
  team?: boolean;
  expiresIn?: number;
  /** The tokens given so far are taken no more. */
  revoke?: boolean;
  faults?: InstanceFault[];
  /** What a state is asked for in turn; the last one stays. */
  states?: string[];
  artifacts?: { name: string; text: string }[];
  courses?: Record<string, { title: string; start: string }>;
  /** The instance forgets title and start, as it does with a policy that it cannot read. */
  forgetsPolicy?: boolean;
};

export type Seen = {
  requests: { on: string; method: string; path: string; authorization: string | null }[];
  uploads: {
    key: string;
    fileName: string;
    sha256: string;
    bytes: number;
    files: string[];
    courseXml: string;
    policy: Record<string, unknown>;
  }[];
  courses: Record<string, { title: string; start: string }>;
};

type Task = {
  id: string;
  key: string;
  fileName: string;
  states: string[];
  title: string;
  start: string;
};
type Instance = Seen & {
  script: InstanceScript;
  tokens: Set<string>;
  tasks: Task[];
  url: string;
};

/** LMS and Studio of any number of instances on this machine, by the wire facts alone. */
export default async function setup(project: TestProject) {
  const { server, url } = await serveOpenEdx();
  project.provide("openEdxUrl", url);
  return () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
}

export async function serveOpenEdx(): Promise<{ server: Server; url: string }> {
  const instances = new Map<string, Instance>();
  const server = createServer((request, response) => {
    serve(instances, request, response).catch((error) => {
      response.statusCode = 599;
      response.end(String(error?.stack ?? error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function serve(
  instances: Map<string, Instance>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const host = `http://${request.headers.host}`;
  const url = new URL(request.url ?? "/", host);
  const [, id = "", side = "", ...rest] = url.pathname.split("/");
  if (id === "new") {
    const name = randomUUID();
    instances.set(name, {
      requests: [],
      uploads: [],
      courses: {},
      script: {},
      tokens: new Set(),
      tasks: [],
      url: `${host}/${name}`,
    });
    return json(response, 200, { url: `${host}/${name}` });
  }
  const instance = instances.get(id);
  if (!instance) return json(response, 404, { error: "no such instance" });
  if (side === "script") {
    const script = JSON.parse((await bodyOf(request)).toString("utf8")) as InstanceScript;
    Object.assign(instance.script, script);
    Object.assign(instance.courses, script.courses);
    if (script.revoke) instance.tokens.clear();
    return json(response, 200, {});
  }
  if (side === "seen") {
    const { requests, uploads, courses } = instance;
    return json(response, 200, { requests, uploads, courses });
  }
  const path = `/${rest.join("/")}`;
  const route = ROUTES.find(
    (one) => one.side === side && one.method === request.method && one.path.test(path),
  );
  const authorization = request.headers.authorization ?? null;
  const method = request.method ?? "GET";
  instance.requests.push({
    on: route?.on ?? "unknown",
    method,
    path: `/${side}${path}${url.search}`,
    authorization,
  });
  if (!route) return html(response, 404, "Page not found");
  const fault = instance.script.faults?.find((one) => one.on === route.on && one.times > 0);
  if (fault) fault.times -= 1;
  if (fault && "status" in fault) {
    await bodyOf(request);
    response.statusCode = fault.status;
    if (fault.location) response.setHeader("location", fault.location);
    response.setHeader("content-type", fault.type ?? "application/json");
    response.end(fault.body ?? "");
    return;
  }
  if (fault && "hang" in fault) return;
  if (fault && "cut" in fault && fault.cut === "first") return void request.socket.destroy();
  if (fault && "cut" in fault && fault.cut === "midway") {
    request.once("data", () => request.socket.destroy());
    return;
  }
  const isOpen = route.on === "token" || route.on === "page";
  if (!isOpen && !instance.tokens.has(authorization ?? "")) {
    await bodyOf(request);
    return json(response, 401, { developer_message: "Invalid JWT", error_code: "invalid_jwt" });
  }
  const body = await bodyOf(request);
  const answer = route.answer({ instance, url, request, body, key: keyIn(path) });
  if (fault) return void request.socket.destroy();
  if (answer.html !== undefined) return html(response, answer.status, answer.html);
  json(response, answer.status, answer.body);
}

type Asked = { instance: Instance; url: URL; request: IncomingMessage; body: Buffer; key: string };
type Answer = { status: number; body?: unknown; html?: string };
type Route = {
  on: On | "artifact";
  side: string;
  method: string;
  path: RegExp;
  answer(asked: Asked): Answer;
};

const KEY = "course-v1:[^/+]+(?:\\+|%2B)[^/+]+(?:\\+|%2B)[^/?]+";
const ROUTES: Route[] = [
  { on: "token", side: "lms", method: "POST", path: /^\/oauth2\/access_token$/, answer: token },
  {
    on: "page",
    side: "lms",
    method: "GET",
    path: new RegExp(`^/api/courses/v1/courses/${KEY}/$`),
    answer: page,
  },
  {
    on: "heartbeat",
    side: "studio",
    method: "GET",
    path: /^\/api\/contentstore\/v0\/heartbeat$/,
    answer: () => ({ status: 200, body: { status: "heartbeat successful" } }),
  },
  {
    on: "details",
    side: "studio",
    method: "GET",
    path: new RegExp(`^/api/contentstore/v1/course_details/${KEY}$`),
    answer: details,
  },
  {
    on: "runs",
    side: "studio",
    method: "GET",
    path: new RegExp(`^/api/v1/course_runs/${KEY}/$`),
    answer: runs,
  },
  {
    on: "create",
    side: "studio",
    method: "POST",
    path: /^\/api\/v1\/course_runs\/$/,
    answer: create,
  },
  {
    on: "import",
    side: "studio",
    method: "POST",
    path: new RegExp(`^/api/courses/v0/import/${KEY}/$`),
    answer: take,
  },
  {
    on: "status",
    side: "studio",
    method: "GET",
    path: new RegExp(`^/api/courses/v0/import/${KEY}/$`),
    answer: state,
  },
  {
    on: "tasks",
    side: "studio",
    method: "GET",
    path: /^\/api\/tasks\/v0\/tasks\/$/,
    answer: tasks,
  },
  {
    on: "artifact",
    side: "studio",
    method: "GET",
    path: /^\/api\/artifacts\/v0\/artifacts\/\d+\/$/,
    answer: artifact,
  },
];

const keyIn = (path: string): string => decodeURIComponent(new RegExp(KEY).exec(path)?.[0] ?? "");

function token({ instance: { script, tokens }, body, request }: Asked): Answer {
  const form = new URLSearchParams(body.toString("utf8"));
  const isForm = request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded");
  if (!isForm || form.get("grant_type") !== "client_credentials") {
    return { status: 400, body: { error: "unsupported_grant_type" } };
  }
  const { clientId = "client", clientSecret = "secret", expiresIn = 3_600 } = script;
  if (form.get("client_id") !== clientId || form.get("client_secret") !== clientSecret) {
    return { status: 401, body: { error: "invalid_client" } };
  }
  const isJwt = form.get("token_type")?.toLowerCase() === "jwt";
  const text = randomUUID();
  tokens.add(`${isJwt ? "JWT" : "Bearer"} ${text}`);
  return {
    status: 200,
    body: {
      access_token: text,
      expires_in: expiresIn,
      token_type: isJwt ? "JWT" : "Bearer",
      scope: "read write",
    },
  };
}

const NO_AUTHOR = {
  developer_message: "The requesting user does not have course author permissions.",
  error_code: "user_permissions",
};

function details({ instance: { courses, script }, key }: Asked): Answer {
  const course = courses[key];
  if (!course) {
    return {
      status: 404,
      body: {
        developer_message: `Course ${key} does not exist`,
        error_code: "course_does_not_exist",
      },
    };
  }
  if (script.team === false) return { status: 403, body: NO_AUTHOR };
  return { status: 200, body: { course_id: key, start_date: course.start } };
}

function runs({ instance: { courses, script }, key }: Asked): Answer {
  if (script.staff === false)
    return { status: 403, body: { detail: "You do not have permission to perform this action." } };
  return courses[key]
    ? { status: 200, body: { id: key } }
    : { status: 404, body: { detail: "Not found." } };
}

function create({ instance: { courses, script }, body }: Asked): Answer {
  if (script.staff === false)
    return { status: 403, body: { detail: "You do not have permission to perform this action." } };
  const { title, org, number, run, schedule } = JSON.parse(body.toString("utf8"));
  const key = `course-v1:${org}+${number}+${run}`;
  if (courses[key]) return { status: 500, html: "<html><title>Server Error (500)</title></html>" };
  courses[key] = { title, start: schedule.start };
  return { status: 201, body: { id: key, title } };
}

/** The 400 that the view means becomes this: a fault of the request looks like one of the server. */
const MALFORMED: Answer = {
  status: 500,
  body: { developer_message: "", error_code: "internal_error" },
};

function take({ instance, key, body, request }: Asked): Answer {
  const { script, courses } = instance;
  if (script.team === false) return { status: 403, body: NO_AUTHOR };
  const hasLength = Number(request.headers["content-length"]) === body.byteLength;
  const part = hasLength ? partOf(body, request.headers["content-type"] ?? "") : undefined;
  if (!part?.fileName.endsWith(".tar.gz")) return MALFORMED;
  const id = randomUUID();
  const files = filesOf(gunzipSync(part.bytes));
  const at = [...files.keys()].find((name) => /(?:^|\/)course\.xml$/.test(name));
  const courseXml = at === undefined ? "" : (files.get(at)?.toString("utf8") ?? "");
  const run = /url_name="([^"]+)"/.exec(courseXml)?.[1] ?? "";
  const policyAt = [...files.keys()].find((name) => name.endsWith(`policies/${run}/policy.json`));
  const policy = policyOf(policyAt === undefined ? undefined : files.get(policyAt), run);
  const sha256 = createHash("sha256").update(part.bytes).digest("hex");
  instance.uploads.push({
    key,
    fileName: part.fileName,
    sha256,
    bytes: part.bytes.byteLength,
    files: [...files.keys()],
    courseXml,
    policy,
  });
  const states = !courses[key] || courseXml === "" ? ["Failed"] : [...(script.states ?? STATES)];
  instance.tasks.unshift({
    id,
    key,
    fileName: part.fileName,
    states,
    title: String(policy.display_name ?? "Empty"),
    start: String(policy.start ?? "2030-01-01T00:00:00Z"),
  });
  return { status: 200, body: { task_id: id } };
}

const STATES = ["Pending", "In Progress", "Unpacking", "Verifying", "Updating", "Succeeded"];

/** ASCII alone: another locale's encoding is what the platform may open it with. */
function policyOf(bytes: Buffer | undefined, run: string): Record<string, unknown> {
  if (!bytes || bytes.some((byte) => byte > 127)) return {};
  return JSON.parse(bytes.toString("utf8"))[`course/${run}`] ?? {};
}

function partOf(
  body: Buffer,
  contentType: string,
): { fileName: string; bytes: Buffer } | undefined {
  const boundary = /boundary="?([^";]+)/.exec(contentType)?.[1];
  if (!contentType.startsWith("multipart/form-data") || !boundary) return undefined;
  const start = body.indexOf("\r\n\r\n");
  const head = body.subarray(0, start).toString("latin1");
  const end = body.lastIndexOf(`\r\n--${boundary}--`);
  const fileName = /filename="([^"]+)"/i.exec(head)?.[1];
  if (!head.startsWith(`--${boundary}\r\n`) || !/name="course_data"/i.test(head)) return undefined;
  return fileName && end > start ? { fileName, bytes: body.subarray(start + 4, end) } : undefined;
}

/** The regular files of a tar, its long names too. */
export function filesOf(tar: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  let longName: string | undefined;
  for (let at = 0; at + 512 <= tar.length; ) {
    const text = (from: number, length: number) =>
      tar
        .subarray(at + from, at + from + length)
        .toString("utf8")
        .replace(/\0.*$/s, "");
    const name = text(0, 100);
    if (name === "") break;
    const size = Number.parseInt(text(124, 12).trim() || "0", 8);
    const type = text(156, 1) || "0";
    const prefix = text(345, 155);
    const body = tar.subarray(at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
    if (type === "x") {
      longName = /\d+ path=([^\n]+)\n/.exec(body.toString("utf8"))?.[1];
      continue;
    }
    if (type === "0") files.set(longName ?? (prefix === "" ? name : `${prefix}/${name}`), body);
    longName = undefined;
  }
  return files;
}

function stateNow(instance: Instance, task: Task): string {
  const said = (task.states.length > 1 ? task.states.shift() : task.states[0]) ?? "Pending";
  if (said === "Succeeded" && !instance.script.forgetsPolicy) {
    instance.courses[task.key] = { title: task.title, start: task.start };
  }
  return said;
}

function state({ instance, url, key }: Asked): Answer {
  const fileName = url.searchParams.get("filename");
  const id = url.searchParams.get("task_id");
  if (fileName === null || id === null) {
    return { status: 500, body: { developer_message: "'task_id'", error_code: "internal_error" } };
  }
  const task = instance.tasks.find(
    (one) => one.id === id && one.fileName === fileName && one.key === key,
  );
  return task
    ? { status: 200, body: { state: stateNow(instance, task) } }
    : {
        status: 500,
        body: {
          developer_message: "'NoneType' object has no attribute 'state'",
          error_code: "internal_error",
        },
      };
}

function tasks({ instance }: Asked): Answer {
  const results = instance.tasks.map((task) => ({
    name: `Import of ${task.key} from ${task.fileName}`,
    state: stateNow(instance, task),
    artifacts: (instance.script.artifacts ?? []).map(
      (_, at) => `${instance.url}/studio/api/artifacts/v0/artifacts/${at}/`,
    ),
  }));
  return { status: 200, body: { count: results.length, next: null, previous: null, results } };
}

function artifact({ instance, url }: Asked): Answer {
  const at = Number(/(\d+)\/$/.exec(url.pathname)?.[1]);
  return { status: 200, body: instance.script.artifacts?.[at] };
}

function page({ instance: { courses }, key }: Asked): Answer {
  const course = courses[key];
  if (!course) return { status: 404, body: { developer_message: "Course not found." } };
  return { status: 200, body: { id: key, name: course.title, start: course.start } };
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.statusCode = status;
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(body ?? null));
}

function html(response: ServerResponse, status: number, body: string): void {
  response.statusCode = status;
  response.setHeader("content-type", "text/html");
  response.end(body);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
