import {
  session as join,
  type LiveSession,
  RealtimeError,
  type Sent,
} from "../../client/live-session.ts";
import type { ConnectionState } from "../../client/reconnecting.ts";
import { h, setText } from "../dom.ts";
import { api, type Session } from "./api.ts";
import { chatPart } from "./chat.ts";
import { headerPart, stagePart } from "./header.ts";
import { peoplePart } from "./people.ts";
import { pollPart } from "./poll.ts";
import { type Room, told } from "./room.ts";
import { closedScreen, endedScreen, messageScreen, signInScreen } from "./screens.ts";
import type { Part, Stage } from "./stage.ts";
import { hostPart, toolbar } from "./tools.ts";
import { languageFor, WORDS } from "./words.ts";

const NOTICE_MS = 8_000;

const main = document.querySelector<HTMLElement>("#main") ?? document.body;
const sessionId = main.dataset.session ?? "";
const server = api();
let language = languageFor(document.documentElement.lang);
let words = WORDS[language];
let current: LiveSession | undefined;

const status = h("p", { class: "visually-hidden", role: "status" });
const notice = h("p", { class: "notice", role: "alert", hidden: true });
document.body.append(status, notice);

/** Shows one screen; its heading gets the focus unless the page has only just come. */
function show(screen: HTMLElement, { focus = true } = {}): void {
  main.replaceChildren(screen);
  document.body.classList.toggle("in-room", screen.classList.contains("room"));
  document.title = `${screen.querySelector("h1")?.textContent ?? words.live} · Lyceum`;
  if (focus) screen.querySelector<HTMLElement>("h1")?.focus();
}

async function open({ focus = true } = {}): Promise<void> {
  current?.close();
  current = undefined;
  show(h("p", { class: "loading", role: "status" }, words.loading), { focus: false });
  try {
    if (!(await server.isSignedIn())) {
      show(
        signInScreen(words, server, () => void open()),
        { focus },
      );
      return;
    }
    const session = await server.session(sessionId);
    const me = await server.me();
    if (me.locale) speak(languageFor(me.locale));
    if (session.status === "scheduled" || session.status === "live") enter(session, focus);
    else show(overScreen(session), { focus });
  } catch (error) {
    show(troubleScreen(error), { focus });
  }
}

function speak(next: typeof language): void {
  language = next;
  words = WORDS[next];
  document.documentElement.lang = next;
}

const overScreen = (session: Session): HTMLElement =>
  session.status === "cancelled"
    ? messageScreen("cancelled", words.cancelled)
    : endedScreen(words, session);

function troubleScreen(error: unknown): HTMLElement {
  const again = { label: words.again, act: () => void open() };
  const other = {
    label: words.otherAccount,
    act: () =>
      void server
        .signOut()
        .catch(() => undefined)
        .then(() => open()),
  };
  switch ((error as { code?: string }).code) {
    case "UNAUTHENTICATED":
      return signInScreen(words, server, () => void open());
    case "PERMISSION_DENIED":
      return messageScreen("refused", words.forbidden, [again, other]);
    case "SUSPENDED":
      return messageScreen("refused", words.suspended, [other]);
    case "NOT_FOUND":
    case "VALIDATION_FAILED":
      return messageScreen("refused", words.notFound, [again, other]);
    default:
      return messageScreen("refused", words.trouble, [again]);
  }
}

function complain(error: unknown): void {
  const code = (error as { code?: string }).code ?? "";
  notice.hidden = false;
  setText(notice, words.failed[code] ?? words.failedOtherwise);
  clearTimeout(Number(notice.dataset.timer));
  notice.dataset.timer = String(
    setTimeout(() => {
      notice.hidden = true;
      notice.textContent = "";
    }, NOTICE_MS),
  );
}

/** The room, from the first welcome on. */
function enter(session: Session, focus: boolean): void {
  let room: Room | undefined;
  let parts: Part[] = [];
  let header: ReturnType<typeof headerPart> | undefined;
  let lastState: ConnectionState = { state: "connecting", attempt: 0 };

  const live = join({
    ticket: () => server.ticket(sessionId),
    onState: (state) => connected(state),
    onMessage: (message) => {
      const next = told(room, message);
      if (next) change(next);
    },
    onError: complain,
  });
  current = live;

  const stage: Stage = {
    words,
    language,
    session,
    api: server,
    live,
    room: () => {
      if (!room) throw new Error("Nothing is known before the welcome");
      return room;
    },
    change,
    say: (text) => setText(status, text),
    complain,
    act: (frame: Sent) =>
      live.send(frame).then(
        () => true,
        (error: unknown) => {
          if (!(error instanceof RealtimeError && error.code === "CLOSED")) complain(error);
          return false;
        },
      ),
  };

  function change(next: Room): void {
    const before = room;
    room = next;
    if (!before) build();
    for (const part of parts) part.update(next, before);
    if (next.state.status !== before?.state.status && before)
      stage.say(words.status[next.state.status]);
  }

  function build(): void {
    header = headerPart(stage, () => live.close());
    const [above, poll, host, people, chat, tools] = [
      stagePart(stage),
      pollPart(stage),
      hostPart(stage),
      peoplePart(stage),
      chatPart(stage),
      toolbar(stage),
    ];
    parts = [header, above, poll, host, people, chat, tools];
    const screen = h(
      "div",
      { class: "room" },
      header.element,
      h(
        "div",
        { class: "left" },
        h("div", { class: "front" }, host.element, above.element, poll.element),
        people.element,
      ),
      chat.element,
      tools.element,
    );
    show(screen, { focus });
    header.connected(lastState);
  }

  function connected(state: ConnectionState): void {
    if (current !== live) return;
    const wasOpen = lastState.state === "open";
    const isBack = state.state === "open" && lastState.state !== "open" && room !== undefined;
    lastState = state;
    header?.connected(state);
    if (wasOpen && state.state === "waiting") stage.say(words.connectionLost);
    if (isBack) stage.say(words.connectionBack);
    if (state.state !== "closed") return;
    const screen = closedScreen(words, session, state, () => void open());
    if (screen) show(screen);
    else void refused(state.code);
  }

  /** No ticket was given: the session itself says most plainly why. */
  async function refused(code: string | number | undefined): Promise<void> {
    try {
      const now = await server.session(sessionId);
      if (now.status !== "scheduled" && now.status !== "live") return show(overScreen(now));
      show(
        code === "PERMISSION_DENIED"
          ? messageScreen("refused", words.removed)
          : troubleScreen({ code }),
      );
    } catch (error) {
      show(troubleScreen(error));
    }
  }
}

void open({ focus: false });
