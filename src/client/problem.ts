import type { Code } from "../kernel/error.ts";

type Problem = {
  code: Code;
  status: number;
  title: string;
  detail: string;
  instance?: string;
  correlationId?: string;
  errors?: readonly { path: string; message: string }[];
  [member: string]: unknown;
};

/** An answer of RFC 9457: `code` is stable, `detail` says what to do about it. */
export class LyceumProblem extends Error {
  override readonly name = "LyceumProblem";
  readonly code: Code;
  readonly status: number;
  /** Each fault of what was sent, with its path. */
  readonly errors: readonly { path: string; message: string }[];
  readonly correlationId: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  /** The whole problem, with members of its own such as `blockingReason`. */
  readonly problem: Readonly<Problem>;

  constructor(problem: Problem, retryAfterSeconds?: number) {
    super(problem.detail);
    this.code = problem.code;
    this.status = problem.status;
    this.errors = problem.errors ?? [];
    this.correlationId = problem.correlationId;
    this.retryAfterSeconds = retryAfterSeconds;
    this.problem = problem;
  }
}

/** The problem that an answer tells of; a proxy's page or a cut answer becomes one as well. */
export async function problemOf(answer: Response): Promise<LyceumProblem> {
  const wait = Number(answer.headers.get("retry-after") ?? Number.NaN);
  const body: unknown = await answer.json().catch(() => undefined);
  const retryAfterSeconds = Number.isFinite(wait) ? wait : undefined;
  if (isProblem(body)) return new LyceumProblem(body, retryAfterSeconds);
  const detail = `The server answered ${answer.status} without saying why`;
  const title = answer.statusText || "Error";
  const code = answer.status === 503 ? "OVERLOADED" : "INTERNAL";
  return new LyceumProblem({ code, status: answer.status, title, detail }, retryAfterSeconds);
}

const isProblem = (body: unknown): body is Problem =>
  typeof body === "object" && body !== null && "code" in body && "detail" in body;
