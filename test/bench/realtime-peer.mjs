// A socket.io server in a process of its own, and its own client for each socket.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { io } from "socket.io-client";

const SERVER = fileURLToPath(new URL("socket-io-server.mjs", import.meta.url));

export async function peerRoom() {
  const server = fork(SERVER);
  const { port } = await new Promise((resolve, reject) => {
    server.once("message", resolve);
    server.once("exit", (code) => reject(new Error(`socket.io's server ended with ${code}`)));
  });
  return {
    pid: server.pid,
    connect: (_, hear) => connected(`http://127.0.0.1:${port}`, hear),
    stop: () => server.disconnect(),
  };
}

function connected(url, hear) {
  return new Promise((resolve, reject) => {
    const socket = io(url, { transports: ["websocket"], forceNew: true, reconnection: false });
    socket.once("connect_error", reject);
    socket.on("frame", hear);
    socket.once("connect", () =>
      resolve({
        say: (frame) => new Promise((acked) => socket.emit("frame", frame, acked)),
        close: () => socket.disconnect(),
      }),
    );
  });
}
