// The local server as `npm start` runs it, in a folder of its own, and the end of all its processes.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const READY_MS = 60_000;
const END_MS = 10_000;

export const newFolder = () => mkdtempSync(join(tmpdir(), "lyceum-e2e-"));
export const removeFolder = (folder) => rmSync(folder, { recursive: true, force: true });
export const demoIn = (state) => JSON.parse(readFileSync(join(state, "demo.json"), "utf8"));

/** A listener on a port that was free; `close` gives it back. */
export function holdPort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const close = () => new Promise((done) => server.close(done));
      resolve({ port: server.address().port, close });
    });
  });
}

export async function freePort() {
  const { port, close } = await holdPort();
  await close();
  return port;
}

/** Runs a script of the project in a process group of its own, so that all it starts can be ended. */
export function runScript(script, { cwd = root, env = {} } = {}) {
  const child = spawn(process.execPath, [join(root, "scripts", script)], {
    cwd,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  let text = "";
  const heard = new Set();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (part) => {
      text += part;
      for (const one of heard) one();
    });
  }
  const ended = new Promise((resolve) => child.on("close", (code) => resolve(code)));
  /** Whether no process of the group is left. */
  const isGone = () => {
    try {
      return !process.kill(-child.pid, 0);
    } catch {
      return true;
    }
  };
  return { child, ended, heard, isGone, text: () => text };
}

const shownEnd = (text) => text.slice(-3_000);

/** Starts the server and waits until it says that it is ready. */
export async function startServer({ port, state }) {
  const run = runScript("start.mjs", { env: { PORT: String(port), LYCEUM_STATE: state } });
  const over = (signal) => {
    try {
      process.kill(-run.child.pid, signal);
    } catch (error) {
      if (error.code !== "ESRCH") throw error;
    }
  };
  await new Promise((resolve, reject) => {
    const fail = (what) => {
      over("SIGKILL");
      reject(new Error(`The server ${what}:\n${shownEnd(run.text())}`));
    };
    const timer = setTimeout(() => fail("was not ready in time"), READY_MS);
    const look = () => {
      if (!run.text().includes("Lyceum is ready")) return;
      clearTimeout(timer);
      run.heard.delete(look);
      resolve();
    };
    run.heard.add(look);
    run.ended.then((code) => {
      clearTimeout(timer);
      fail(`ended with ${code}`);
    });
  });
  return {
    text: run.text,
    /** Every process of it at once, with no word of warning. */
    kill: async () => {
      over("SIGKILL");
      await run.ended;
    },
    /** As Ctrl+C does. */
    stop: async () => {
      over("SIGINT");
      const timer = setTimeout(() => over("SIGKILL"), END_MS);
      await run.ended;
      clearTimeout(timer);
    },
  };
}
