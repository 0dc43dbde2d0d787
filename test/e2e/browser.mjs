// Debian's Chromium, people signed in with it, and a network between them and the server that can be cut.
import { existsSync } from "node:fs";
import { createServer as createHttpServer, request } from "node:http";
import { connect } from "node:net";
import { chromium } from "playwright-core";

const PATHS = [
  process.env.CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];
export const chromiumPath = PATHS.find((path) => path && existsSync(path));
export const SKIPPED = chromiumPath
  ? false
  : "Chromium is not on this machine: install Debian's package chromium, or name its path in CHROMIUM";

export const launch = () =>
  chromium.launch({
    executablePath: chromiumPath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });

/** An HTTP proxy whose connections can all be cut, and which then takes none until it is mended. */
export async function network() {
  const sockets = new Set();
  let isCut = false;
  const held = (socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
    return socket;
  };
  const server = createHttpServer((asked, answer) => {
    const { hostname, port, pathname, search } = new URL(asked.url);
    const { method, headers } = asked;
    const onward = request({ hostname, port, path: pathname + search, method, headers }, (got) => {
      answer.writeHead(got.statusCode, got.headers);
      got.pipe(answer);
    });
    onward.on("error", () => answer.destroy());
    asked.pipe(onward);
  });
  server.on("connection", (socket) => (isCut ? socket.destroy() : held(socket)));
  server.on("connect", (asked, socket, head) => {
    const [hostname, port] = asked.url.split(":");
    const onward = held(connect(Number(port), hostname));
    onward.on("connect", () => {
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    onward.on("close", () => socket.destroy());
    socket.on("close", () => onward.destroy());
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    proxy: { server: `http://127.0.0.1:${server.address().port}`, bypass: "<-loopback>" },
    cut() {
      isCut = true;
      drop();
    },
    mend() {
      isCut = false;
    },
    close: () => {
      drop();
      return new Promise((done) => server.close(done));
    },
  };
}

/** Signs in on the page itself, as a person does. */
export async function signIn(page, { email, password }) {
  await page.getByLabel(/E-mail address|Электронная почта/).fill(email);
  await page.getByLabel(/Password|Пароль/).fill(password);
  await page.getByRole("button", { name: /^(Sign in|Войти)$/ }).click();
}
