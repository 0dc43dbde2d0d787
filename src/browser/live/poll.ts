import { POLL_OPTION_MAX, POLL_OPTIONS, POLL_QUESTION_MAX } from "../../live/protocol.ts";
import { h, setText } from "../dom.ts";
import { type Room, voted } from "./room.ts";
import type { Part, Stage } from "./stage.ts";

/** The open poll, or the results of the last one; and for whoever leads, what opens and closes it. */
export function pollPart(stage: Stage): Part {
  const { words } = stage;
  const title = h("h2", { id: "poll-title", tabindex: -1 }, words.poll);
  const body = h("div", { class: "poll-body" });
  const asker = askPart(stage);
  const element = h(
    "section",
    { class: "panel poll", "aria-labelledby": "poll-title", hidden: true },
    title,
    body,
    asker.element,
  );
  return {
    element,
    update(room, before) {
      asker.update(room, before);
      element.hidden = !room.poll && !room.results && !room.you.may.lead;
      const isNew = room.poll?.pollId !== before?.poll?.pollId;
      const isMarked = room.poll?.yourVote !== before?.poll?.yourVote;
      if (!before || isNew || isMarked || room.results !== before.results) {
        const held = body.contains(document.activeElement);
        body.replaceChildren(...shownPoll(stage, room));
        if (held) title.focus();
      }
      const count = body.querySelector(".votes");
      if (count && room.poll) setText(count, words.votes(room.poll.votes));
      setText(title, room.results ? words.results : words.poll);
      if (!before) return;
      if (room.poll && isNew) stage.say(words.pollOpened(room.poll.question));
      if (room.results && !before.results) stage.say(words.pollClosed);
    },
  };
}

function shownPoll(stage: Stage, room: Room): HTMLElement[] {
  if (room.results) return [resultsElement(stage, room.results)];
  if (!room.poll) return [];
  const { words } = stage;
  const { poll, you } = room;
  const foot = h(
    "p",
    { class: "row between" },
    h("span", { class: "votes" }, words.votes(poll.votes)),
  );
  if (you.may.lead) {
    foot.append(
      h(
        "button",
        {
          class: "button quiet small",
          type: "button",
          on: { onclick: () => void stage.act({ type: "poll:close", pollId: poll.pollId }) },
        },
        words.closePoll,
      ),
    );
  }
  const mayVote = you.may.speak && poll.yourVote === null;
  return [mayVote ? ballot(stage, poll) : marked(stage, poll), foot];
}

type Poll = NonNullable<Room["poll"]>;

function ballot(stage: Stage, { pollId, question, options }: Poll): HTMLElement {
  const { words } = stage;
  const act = async (event: SubmitEvent) => {
    event.preventDefault();
    const chosen = new FormData(form).get("option");
    if (chosen === null) return;
    const option = Number(chosen);
    if (await stage.act({ type: "poll:vote", pollId, option }))
      stage.change(voted(stage.room(), pollId, option));
  };
  const form = h(
    "form",
    { class: "ballot", on: { onsubmit: (event) => void act(event) } },
    h(
      "fieldset",
      {},
      h("legend", { dir: "auto" }, question),
      ...options.map((option, at) =>
        h(
          "label",
          { class: "choice" },
          h("input", { type: "radio", name: "option", value: at, required: true }),
          h("span", { dir: "auto" }, option),
        ),
      ),
    ),
    h("button", { class: "button", type: "submit" }, words.vote),
  );
  return form;
}

const marked = ({ words }: Stage, { question, options, yourVote }: Poll): HTMLElement =>
  h(
    "div",
    {},
    h("p", { class: "question", dir: "auto" }, question),
    h(
      "ul",
      { class: "choices" },
      ...options.map((option, at) =>
        h(
          "li",
          { class: at === yourVote ? "choice mine" : "choice" },
          h("span", { dir: "auto" }, option),
          at === yourVote && h("span", { class: "tag" }, words.yourVote),
        ),
      ),
    ),
    yourVote !== null && h("p", { class: "empty" }, words.voted),
  );

function resultsElement(
  { words, language }: Stage,
  results: NonNullable<Room["results"]>,
): HTMLElement {
  const percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 });
  return h(
    "div",
    {},
    h("p", { class: "question", dir: "auto" }, results.question),
    h(
      "ul",
      { class: "bars" },
      ...results.options.map((option, at) => {
        const count = results.results[at] ?? 0;
        const part = results.votes === 0 ? 0 : count / results.votes;
        const bar = h("span", { class: "bar", "aria-hidden": "true" });
        bar.style.setProperty("--part", String(part));
        return h(
          "li",
          {},
          h(
            "span",
            { class: "row between" },
            h("span", { dir: "auto" }, option),
            h("span", { class: "figure" }, `${percent.format(part)} · ${words.votes(count)}`),
          ),
          bar,
        );
      }),
    ),
    h("p", { class: "votes empty" }, words.votes(results.votes)),
  );
}

/** A question and its answers, for whoever leads, while no poll is open. */
function askPart(stage: Stage): Part {
  const { words } = stage;
  const answers = h("div", { class: "answers" });
  const addAnswer = () => {
    const at = answers.childElementCount + 1;
    answers.append(
      h(
        "label",
        { class: "field" },
        h("span", {}, words.option(at)),
        h("input", {
          type: "text",
          name: "answer",
          maxlength: POLL_OPTION_MAX,
          required: at <= POLL_OPTIONS.min,
          dir: "auto",
          autocomplete: "off",
        }),
      ),
    );
    more.hidden = at >= POLL_OPTIONS.max;
  };
  const more = h(
    "button",
    {
      class: "button quiet small",
      type: "button",
      on: {
        onclick: () => {
          addAnswer();
          answers.querySelector<HTMLInputElement>(".field:last-child input")?.focus();
        },
      },
    },
    words.addOption,
  );
  const act = async (event: SubmitEvent) => {
    event.preventDefault();
    const data = new FormData(form);
    const options = data
      .getAll("answer")
      .map((one) => String(one).trim())
      .filter((one) => one !== "");
    const question = String(data.get("question")).trim();
    if (question === "" || options.length < POLL_OPTIONS.min) return;
    if (!(await stage.act({ type: "poll:open", question, options }))) return;
    form.reset();
    answers.replaceChildren();
    for (let at = 0; at < POLL_OPTIONS.min; at++) addAnswer();
    element.open = false;
  };
  const form = h(
    "form",
    { class: "asker", on: { onsubmit: (event) => void act(event) } },
    h(
      "label",
      { class: "field" },
      h("span", {}, words.question),
      h("input", {
        type: "text",
        name: "question",
        maxlength: POLL_QUESTION_MAX,
        required: true,
        dir: "auto",
        autocomplete: "off",
      }),
    ),
    answers,
    h(
      "div",
      { class: "row between" },
      more,
      h("button", { class: "button", type: "submit" }, words.openPoll),
    ),
  );
  for (let at = 0; at < POLL_OPTIONS.min; at++) addAnswer();
  const element = h(
    "details",
    { class: "ask", hidden: true },
    h("summary", {}, words.newPoll),
    form,
  );
  return {
    element,
    update({ you, poll }) {
      element.hidden = !you.may.lead || poll !== null;
    },
  };
}
