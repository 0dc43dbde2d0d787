export {
  type CallOptions,
  type ClientOptions,
  createLyceumClient,
  type LyceumClient,
  type WriteOptions,
} from "../client/client.ts";
export type { Commands, Pages, Queries, Routes } from "../client/contract.ts";
export { LyceumProblem } from "../client/problem.ts";
export type { Code } from "../kernel/error.ts";
