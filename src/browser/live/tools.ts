import { REACTIONS, type Reaction } from "../../live/protocol.ts";
import { confirmed, h, icon, setAttribute, setText } from "../dom.ts";
import { HAND, SIGNS } from "./icons.ts";
import type { Part, Stage } from "./stage.ts";

const SHOWN_MS = 2_600;
const AT_ONCE_MAX = 12;

/** Hand and reactions, always at hand; whoever only watches has none of them. */
export function toolbar(stage: Stage): Part {
  const { words } = stage;
  const hand = h("button", {
    class: "button quiet hand",
    type: "button",
    "aria-pressed": "false",
    on: { onclick: () => void toggle() },
  });
  const toggle = () => {
    const isUp = isMineUp(stage);
    return stage.act({ type: isUp ? "hand:lower" : "hand:raise" });
  };
  const sky = h("div", { class: "sky", "aria-hidden": "true" });
  const element = h(
    "div",
    { class: "toolbar" },
    sky,
    hand,
    h(
      "div",
      { class: "reactions", role: "group", "aria-label": words.react },
      ...REACTIONS.map((reaction) =>
        h(
          "button",
          {
            class: "reaction",
            type: "button",
            "aria-label": words.reactions[reaction],
            title: words.reactions[reaction],
            on: { onclick: () => void stage.act({ type: "react", reaction }) },
          },
          icon(SIGNS[reaction]),
        ),
      ),
    ),
  );
  return {
    element,
    update(room) {
      element.hidden = !room.you.may.speak;
      const isUp = isMineUp(stage);
      setAttribute(hand, "aria-pressed", String(isUp));
      hand.replaceChildren(
        icon(HAND),
        h("span", { class: "label" }, isUp ? words.lower : words.raise),
      );
      rise(sky, room.reactions);
    },
  };
}

const isMineUp = (stage: Stage): boolean => {
  const { hands, you } = stage.room();
  return hands.some(({ userId }) => userId === you.userId);
};

/** What came rises for a moment: one sign each, of many a few and their number. */
function rise(sky: HTMLElement, counts: Partial<Record<Reaction, number>>): void {
  for (const [reaction, count] of Object.entries(counts) as [Reaction, number][]) {
    const shown = Math.min(count, AT_ONCE_MAX);
    for (let at = 0; at < shown; at++) {
      const sign = h(
        "span",
        { class: "sign" },
        icon(SIGNS[reaction]),
        at === 0 && count > shown && count,
      );
      sign.style.setProperty("--x", String(Math.random()));
      sign.style.setProperty("--delay", `${at * 60}ms`);
      sky.append(sign);
      setTimeout(() => sign.remove(), SHOWN_MS + at * 60);
    }
  }
}

/** What the instructor does with the session as a whole. */
export function hostPart(stage: Stage): Part {
  const { words, api, session } = stage;
  const begin = h(
    "button",
    {
      class: "button",
      type: "button",
      on: { onclick: () => void tried(() => api.start(session.id)) },
    },
    words.start,
  );
  const finish = h(
    "button",
    { class: "button quiet small", type: "button", on: { onclick: () => void ending() } },
    words.end,
  );
  const mute = h("button", {
    class: "button quiet small",
    type: "button",
    on: { onclick: () => void stage.act({ type: "mute", muted: !stage.room().state.chatMuted }) },
  });
  const tried = async (act: () => Promise<unknown>) => {
    try {
      await act();
    } catch (error) {
      stage.complain(error);
    }
  };
  const ending = async () => {
    if (await confirmed(words.endAsk, { act: words.end, cancel: words.cancel }))
      await tried(() => api.end(session.id));
  };
  const element = h(
    "section",
    { class: "panel host-panel", "aria-labelledby": "host-title", hidden: true },
    h("h2", { id: "host-title", class: "visually-hidden" }, words.tools),
    h("div", { class: "row wrap" }, begin, finish, mute),
  );
  return {
    element,
    update({ you, state }) {
      element.hidden = !you.may.lead;
      begin.hidden = state.status !== "scheduled";
      finish.hidden = state.status !== "live";
      setText(mute, state.chatMuted ? words.unmute : words.mute);
    },
  };
}
