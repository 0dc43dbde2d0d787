// The server that Lyceum is measured beside: one room that says to all what one says, and keeps nothing.
import { createServer } from "node:http";
import { Server } from "socket.io";

const server = createServer();
const io = new Server(server, { transports: ["websocket"], serveClient: false });
const at = () => Date.now();
let seq = 0;

/** Frames of the shape and size of Lyceum's, so that both have as many bytes to send. */
const framed = (type, data) => ({
  type,
  channel:
    "lms:org:01900001-0000-7000-8000-000000000001:session:01900001-0000-7000-8000-000000000002",
  data,
  timestamp: at(),
  seq: ++seq,
});

const lineOf = (socket, text) => ({
  lineId: "01900001-0000-7000-8000-000000000003",
  userId: socket.id.padEnd(36, "x"),
  name: "Learner",
  text,
  at: new Date().toISOString(),
});

const stateOf = (chatMuted) => ({
  status: "live",
  plannedEnd: new Date().toISOString(),
  participantCount: io.engine.clientsCount,
  spotlight: null,
  chatMuted,
});

io.on("connection", (socket) => {
  socket.on("frame", (frame, acknowledge) => {
    const isLine = frame.type === "chat";
    const data = isLine
      ? { change: "line", line: lineOf(socket, frame.text) }
      : stateOf(frame.muted);
    io.emit("frame", framed(isLine ? "session:chat" : "session:state", data));
    acknowledge();
  });
});

server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
process.on("disconnect", () => process.exit());
