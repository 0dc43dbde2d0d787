import type { Person } from "../../live/protocol.ts";
import { confirmed, h, icon, keyedList, setAttribute, setText } from "../dom.ts";
import { HAND, OUT, STAR } from "./icons.ts";
import { peopleInOrder, type Room, withoutRemoved, withPeople, withRemoved } from "./room.ts";
import { nameOf, type Part, type Stage } from "./stage.ts";

const SHOWN_MAX = 200;

/** Who is here, hands up first; whoever leads finds here what to do with each. */
export function peoplePart(stage: Stage): Part {
  const { words } = stage;
  const count = h("span", { class: "count" });
  const list = h("ul", { class: "people" });
  const alone = h("p", { class: "empty" }, words.alone);
  const rest = h("p", { class: "empty", hidden: true });
  const more = h(
    "button",
    { class: "button quiet small", type: "button", hidden: true, on: { onclick: readMore } },
    words.more,
  );
  const removed = removedPart(stage);
  const show = keyedList<Person>(list, {
    key: ({ userId }) => userId,
    make: (person) => personElement(stage, person),
    update: (element, person) => updatePerson(stage, element, person),
  });

  async function readMore(): Promise<void> {
    const { next } = stage.room();
    if (next === null) return;
    try {
      stage.change(withPeople(stage.room(), await stage.live.participants(next)));
    } catch (error) {
      stage.complain(error);
    }
  }

  return {
    element: h(
      "section",
      { class: "panel people-panel", "aria-labelledby": "people-title" },
      h("h2", { id: "people-title" }, words.people, " ", count),
      list,
      alone,
      rest,
      more,
      removed.element,
    ),
    update(room, before) {
      removed.update(room, before);
      const { people, hands, state, next } = room;
      if (
        people === before?.people &&
        hands === before.hands &&
        state === before.state &&
        room.count === before.count &&
        next === before.next
      ) {
        return;
      }
      setText(count, words.here(room.count));
      const ordered = peopleInOrder(room, stage.language);
      show(ordered.slice(0, SHOWN_MAX));
      alone.hidden = ordered.some(({ userId }) => userId !== room.you.userId);
      const left = Math.max(0, room.count - Math.min(ordered.length, SHOWN_MAX));
      more.hidden = next === null || ordered.length >= SHOWN_MAX;
      rest.hidden = left === 0 || !more.hidden;
      setText(rest, words.andMore(left));
      if (before) sayHands(stage, room, before);
    },
  };
}

/** To whoever leads, for it is they who give the word. */
function sayHands({ words, say }: Stage, room: Room, before: Room): void {
  if (!room.you.may.lead || room.hands === before.hands) return;
  const known = new Set(before.hands.map(({ userId }) => userId));
  const fresh = room.hands.filter(({ userId }) => !known.has(userId) && userId !== room.you.userId);
  if (fresh.length > 0) say(fresh.map((one) => words.handOf(nameOf(one, words))).join(". "));
}

function personElement(stage: Stage, person: Person): HTMLElement {
  const { words } = stage;
  const { you } = stage.room();
  const shown = nameOf(person, words);
  const isYou = person.userId === you.userId;
  const button = (className: string, path: string, act: () => void) =>
    h(
      "button",
      { class: `quiet-icon ${className}`, type: "button", on: { onclick: act } },
      icon(path),
    );
  const { userId } = person;
  const remove = async () => {
    if (!(await confirmed(words.removeAsk(shown), { act: words.removeAct, cancel: words.cancel })))
      return;
    if (await stage.act({ type: "remove", userId }))
      stage.change(withRemoved(stage.room(), person));
  };
  const light = () =>
    void stage.act({
      type: "spotlight",
      userId: stage.room().state.spotlight?.userId === userId ? null : userId,
    });
  const removeButton = button("remove", OUT, () => void remove());
  setAttribute(removeButton, "aria-label", words.remove(shown));
  setAttribute(removeButton, "title", words.remove(shown));
  return h(
    "li",
    { class: "person" },
    h("span", { class: "avatar", "aria-hidden": "true" }, initialsOf(shown)),
    h(
      "span",
      { class: "who" },
      h("bdi", { class: "name" }, shown),
      isYou && h("span", { class: "tag" }, words.you),
      person.role === "host" && h("span", { class: "tag host" }, words.host),
    ),
    h(
      "span",
      { class: "raised", hidden: true },
      icon(HAND),
      h("span", { class: "visually-hidden" }, words.handUp),
    ),
    (you.may.lead || you.may.moderate) &&
      h(
        "span",
        { class: "acts" },
        you.may.lead && button("lower", HAND, () => void stage.act({ type: "hand:lower", userId })),
        you.may.lead && button("light", STAR, light),
        you.may.moderate && !isYou && person.role !== "host" && removeButton,
      ),
  );
}

function updatePerson(stage: Stage, element: HTMLElement, person: Person): void {
  const { words } = stage;
  const { hands, state } = stage.room();
  const shown = nameOf(person, words);
  const isUp = hands.some(({ userId }) => userId === person.userId);
  const isLit = state.spotlight?.userId === person.userId;
  const name = element.querySelector(".name");
  if (name) setText(name, shown);
  element.classList.toggle("lit", isLit);
  const raised = element.querySelector<HTMLElement>(".raised");
  if (raised) raised.hidden = !isUp;
  const lower = element.querySelector<HTMLElement>(".lower");
  if (lower) {
    lower.hidden = !isUp;
    setAttribute(lower, "aria-label", words.lowerOf(shown));
    setAttribute(lower, "title", words.lowerOf(shown));
  }
  const light = element.querySelector(".light");
  if (light) {
    const said = isLit ? words.unlight(shown) : words.light(shown);
    setAttribute(light, "aria-label", said);
    setAttribute(light, "title", said);
  }
}

/** The first letters of the first and the last word, in any script. */
function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/);
  const first = [...(words[0] ?? "")][0] ?? "";
  const last = words.length > 1 ? ([...(words.at(-1) ?? "")][0] ?? "") : "";
  return (first + last).toLocaleUpperCase();
}

function removedPart(stage: Stage): Part {
  const { words } = stage;
  const list = h("ul", { class: "people" });
  const element = h(
    "details",
    { class: "removed", hidden: true },
    h("summary", {}, words.removedList),
    list,
  );
  const show = keyedList<Person>(list, {
    key: ({ userId }) => userId,
    make: (person) => {
      const shown = nameOf(person, words);
      const readmit = async () => {
        if (await stage.act({ type: "readmit", userId: person.userId })) {
          stage.change(withoutRemoved(stage.room(), person.userId));
        }
      };
      return h(
        "li",
        { class: "person" },
        h("span", { class: "who" }, h("bdi", { class: "name" }, shown)),
        h(
          "button",
          {
            class: "button quiet small",
            type: "button",
            "aria-label": words.readmit(shown),
            on: { onclick: () => void readmit() },
          },
          words.readmitAct,
        ),
      );
    },
    update: () => undefined,
  });
  return {
    element,
    update({ removed }, before) {
      if (removed === before?.removed) return;
      element.hidden = removed.length === 0;
      show(removed);
    },
  };
}
