import type { ConnectionState } from "../../client/reconnecting.ts";
import { h, setAttribute, setText } from "../dom.ts";
import { clockTime, fullTime, nameOf, type Part, type Stage } from "./stage.ts";

/** What the session is, how it stands, and how well one is connected. */
export function headerPart(
  stage: Stage,
  leave: () => void,
): Part & { connected(state: ConnectionState): void } {
  const { words, session, language } = stage;
  const status = h("span", { class: "pill" });
  const time = h("span", { class: "when" });
  const link = h("span", { class: "link" });
  const again = h(
    "button",
    {
      class: "button quiet small",
      type: "button",
      hidden: true,
      on: { onclick: () => stage.live.retry() },
    },
    words.tryNow,
  );
  let wasOpen = false;
  return {
    element: h(
      "header",
      { class: "session-head" },
      h(
        "div",
        {},
        h("h1", { dir: "auto", tabindex: -1 }, session.title),
        h("p", { class: "row wrap facts" }, status, time),
      ),
      h(
        "div",
        { class: "row connection" },
        again,
        link,
        h(
          "button",
          { class: "button quiet small", type: "button", on: { onclick: leave } },
          words.leave,
        ),
      ),
    ),
    update({ state }) {
      setText(status, words.status[state.status]);
      setAttribute(status, "data-status", state.status);
      setText(
        time,
        state.status === "scheduled"
          ? words.startsAt(fullTime(session.scheduledAt, language))
          : words.endsAt(clockTime(state.plannedEnd, language)),
      );
    },
    connected(state) {
      if (state.state === "closed") return;
      again.hidden = state.state !== "waiting";
      const isBack = wasOpen && state.state === "connecting";
      setText(link, words.connection[isBack ? "waiting" : state.state]);
      setAttribute(link, "data-state", isBack ? "waiting" : state.state);
      wasOpen ||= state.state === "open";
    },
  };
}

/** What stands above all else: the video call, whoever is in the light, and a word on time. */
export function stagePart(stage: Stage): Part {
  const { words, session } = stage;
  const early = h("p", { class: "note", hidden: true }, words.waitingForStart);
  const warning = h("p", { class: "note warn", role: "status", hidden: true });
  const lit = h("p", { class: "spotlight", hidden: true });
  const element = h(
    "section",
    { class: "stage", "aria-label": session.title },
    warning,
    early,
    lit,
    session.meetingUrl !== null &&
      h(
        "p",
        { class: "video" },
        h(
          "a",
          {
            class: "button",
            href: session.meetingUrl,
            target: "_blank",
            rel: "noopener noreferrer",
          },
          words.video,
        ),
        h("span", { class: "empty" }, words.videoHint),
      ),
  );
  return {
    element,
    update({ state }, before) {
      early.hidden = state.status !== "scheduled";
      if (state.warning) {
        setText(warning, words.warning(state.warning.minutesLeft));
        warning.hidden = false;
      } else if (before && state.plannedEnd !== before.state.plannedEnd) warning.hidden = true;
      lit.hidden = state.spotlight === null;
      if (state.spotlight) {
        lit.replaceChildren(
          h("span", { class: "kind" }, words.spotlight),
          h("bdi", { class: "name" }, nameOf(state.spotlight, words)),
        );
      }
      element.hidden = [...element.children].every((one) => (one as HTMLElement).hidden);
    },
  };
}
