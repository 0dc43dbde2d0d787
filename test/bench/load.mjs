// A load generator in a thread of its own: kept-alive raw sockets, so that workerd is what is measured.
import { connect } from "node:net";
import { fileURLToPath } from "node:url";
import { isMainThread, parentPort, Worker } from "node:worker_threads";

const END = Buffer.from("\r\n\r\n");
const CHUNKS_END = Buffer.from("\r\n0\r\n\r\n");

/** An HTTP/1.1 request as the bytes that go over the wire. */
export function requestOf(method, path, { key, body } = {}) {
  const text = body === undefined ? "" : JSON.stringify(body);
  return [
    `${method} ${path} HTTP/1.1`,
    "host: localhost",
    ...(key ? [`authorization: Bearer ${key}`] : []),
    ...(text ? ["content-type: application/json"] : []),
    ...(method === "GET" ? [] : [`content-length: ${Buffer.byteLength(text)}`]),
    "",
    text,
  ].join("\r\n");
}

let thread;
let ask = 0;

/**
 * Sends requests for a time, each connection one after another; the list is gone through once, or
 * round and round. @returns requests a second, the median latency in ms, and answers that were no 2xx
 */
export function load({ port, requests, ms, connections = 32, again = true }) {
  thread ??= new Worker(fileURLToPath(import.meta.url));
  const id = ++ask;
  return new Promise((resolve, reject) => {
    const settle = (answer) => {
      if (answer.id !== id) return;
      thread.off("message", settle);
      if (answer.error) reject(new Error(answer.error));
      else resolve(answer);
    };
    thread.on("message", settle);
    thread.postMessage({ id, port, requests, ms, connections, again });
  });
}

export const stopLoad = () => thread?.terminate();

async function run({ port, requests, ms, connections, again }) {
  const work = {
    bytes: requests.map((one) => Buffer.from(one)),
    next: 0,
    again,
    end: performance.now() + ms,
    took: [],
    failures: 0,
    firstFailure: "",
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: connections }, () => converse(port, work)));
  const seconds = (performance.now() - start) / 1_000;
  const sorted = work.took.toSorted((a, b) => a - b);
  return {
    perSecond: work.took.length / seconds,
    count: work.took.length,
    medianMs: sorted[sorted.length >> 1] ?? 0,
    failures: work.failures,
    firstFailure: work.firstFailure,
  };
}

/** One connection: a request, its whole answer, the next. */
function converse(port, work) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    let pending = Buffer.alloc(0);
    let sentAt = 0;
    const send = () => {
      const over = performance.now() >= work.end;
      const bytes = over ? undefined : take(work);
      if (bytes === undefined) {
        socket.end();
        resolve();
        return;
      }
      sentAt = performance.now();
      socket.write(bytes);
    };
    socket.on("connect", send);
    socket.on("error", reject);
    socket.on("data", (part) => {
      pending = pending.length === 0 ? part : Buffer.concat([pending, part]);
      if (!isWhole(pending)) return;
      work.took.push(performance.now() - sentAt);
      if (pending[9] !== 0x32) {
        work.failures += 1;
        work.firstFailure ||= pending.toString().slice(0, 1_000);
      }
      pending = Buffer.alloc(0);
      send();
    });
  });
}

function take(work) {
  if (work.next === work.bytes.length) {
    if (!work.again) return undefined;
    work.next = 0;
  }
  return work.bytes[work.next++];
}

function isWhole(bytes) {
  const end = bytes.indexOf(END);
  if (end < 0) return false;
  const head = bytes.toString("latin1", 0, end).toLowerCase();
  const length = /\r\ncontent-length: (\d+)/.exec(head);
  if (length) return bytes.length >= end + END.length + Number(length[1]);
  return bytes.subarray(-CHUNKS_END.length).equals(CHUNKS_END);
}

if (!isMainThread) {
  parentPort.on("message", async ({ id, ...wanted }) => {
    try {
      parentPort.postMessage({ id, ...(await run(wanted)) });
    } catch (error) {
      parentPort.postMessage({ id, error: String(error) });
    }
  });
}
