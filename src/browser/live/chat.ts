import { CHAT_LENGTH_MAX, type ChatLine } from "../../live/protocol.ts";
import { h, icon, keyedList, setAttribute, setText } from "../dom.ts";
import { BIN, SEND } from "./icons.ts";
import { clockTime, nameOf, type Part, type Stage } from "./stage.ts";

const NEAR_END_PX = 60;

type Line = ChatLine & { isDeleted?: boolean };

export function chatPart(stage: Stage): Part {
  const { words } = stage;
  const list = h("ol", { class: "lines" });
  const empty = h("p", { class: "empty" }, words.chatEmpty);
  const log = h(
    "div",
    { class: "log", role: "log", "aria-label": words.chat, tabindex: 0 },
    empty,
    list,
  );
  const fresh = h(
    "button",
    { class: "fresh", type: "button", hidden: true, on: { onclick: () => toEnd() } },
    words.newLines,
  );
  const form = composer(stage);
  const show = keyedList<Line>(list, {
    key: ({ lineId }) => lineId,
    make: (line) => lineElement(stage, line),
    update: (element, line) => updateLine(stage, element, line),
  });
  const isAtEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END_PX;
  function toEnd(): void {
    log.scrollTop = log.scrollHeight;
    fresh.hidden = true;
  }
  log.addEventListener("scroll", () => {
    if (isAtEnd()) fresh.hidden = true;
  });
  return {
    element: h(
      "section",
      { class: "panel chat", "aria-labelledby": "chat-title" },
      h("h2", { id: "chat-title" }, words.chat),
      h("div", { class: "log-frame" }, log, fresh),
      form.element,
    ),
    update(room, before) {
      form.update(room, before);
      if (room.chat === before?.chat) return;
      const stays = isAtEnd();
      show(room.chat);
      empty.hidden = room.chat.length > 0;
      const last = room.chat.at(-1);
      const isMine = last?.userId === room.you.userId;
      if (stays || isMine || !before) requestAnimationFrame(toEnd);
      else if (last?.lineId !== before.chat.at(-1)?.lineId) fresh.hidden = false;
    },
  };
}

function lineElement(stage: Stage, { lineId, userId, name, at }: Line): HTMLElement {
  const { words, language } = stage;
  const { you } = stage.room();
  const shown = nameOf({ name }, words);
  const isMine = userId === you.userId;
  return h(
    "li",
    { class: isMine ? "line mine" : "line" },
    h(
      "p",
      { class: "by" },
      h("bdi", { class: "name" }, shown),
      isMine && h("span", { class: "tag" }, words.you),
      h("time", { datetime: at }, clockTime(at, language)),
    ),
    h("p", { class: "text", dir: "auto" }),
    you.may.moderate &&
      h(
        "button",
        {
          class: "quiet-icon delete",
          type: "button",
          title: words.deleteLine(shown),
          "aria-label": words.deleteLine(shown),
          on: { onclick: () => void stage.act({ type: "chat:delete", lineId }) },
        },
        icon(BIN),
      ),
  );
}

function updateLine({ words }: Stage, element: HTMLElement, line: Line): void {
  const text = element.querySelector(".text");
  if (text) setText(text, line.isDeleted ? words.deleted : line.text);
  element.classList.toggle("deleted", line.isDeleted === true);
  if (!line.isDeleted) return;
  const bin = element.querySelector<HTMLElement>(".delete");
  if (bin?.contains(document.activeElement)) element.closest<HTMLElement>(".log")?.focus();
  bin?.remove();
}

function composer(stage: Stage): Part {
  const { words } = stage;
  const field = h("textarea", {
    id: "chat-text",
    rows: 1,
    maxlength: CHAT_LENGTH_MAX,
    dir: "auto",
    placeholder: words.chatLabel,
    enterkeyhint: "send",
    on: {
      onkeydown: (event) => {
        if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
        event.preventDefault();
        form.requestSubmit();
      },
    },
  });
  const send = h(
    "button",
    {
      class: "button icon-button",
      type: "submit",
      "aria-label": words.chatSend,
      title: words.chatSend,
    },
    icon(SEND),
  );
  const muted = h("p", { class: "muted", id: "chat-muted", hidden: true });
  const form = h(
    "form",
    {
      class: "composer",
      on: {
        onsubmit: async (event) => {
          event.preventDefault();
          const text = field.value.trim();
          if (text === "" || field.disabled) return;
          field.value = "";
          const done = await stage.act({ type: "chat", text });
          if (!done && field.value === "") field.value = text;
        },
      },
    },
    muted,
    h("label", { class: "visually-hidden", for: "chat-text" }, words.chatLabel),
    h("div", { class: "row" }, field, send),
  );
  return {
    element: form,
    update({ you, state }) {
      const isQuiet = !you.may.speak || (state.chatMuted && !you.may.lead);
      setText(muted, you.may.speak ? words.chatMuted : words.observing);
      muted.hidden = you.may.speak && !state.chatMuted;
      field.disabled = isQuiet;
      send.disabled = isQuiet;
      setAttribute(field, "aria-describedby", muted.hidden ? null : "chat-muted");
    },
  };
}
