type Child = Node | string | number | null | undefined | false;
type Listeners = {
  [E in keyof HTMLElementEventMap as `on${E}`]?: (event: HTMLElementEventMap[E]) => void;
};
type Value = string | number | boolean | null | undefined;
type Attributes = { on?: Listeners; [name: string]: Value | Listeners };

/** An element; `true` sets a bare attribute, what is false, null or undefined is left out. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  { on = {}, ...attributes }: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    setAttribute(element, name, value as Value);
  for (const [name, listener] of Object.entries(on)) {
    element.addEventListener(name.slice(2), listener as EventListener);
  }
  element.append(
    ...children.filter(isShown).map((child) => (child instanceof Node ? child : String(child))),
  );
  return element;
}

const isShown = (child: Child): child is Node | string | number =>
  child !== null && child !== undefined && child !== false;

export function setAttribute(element: Element, name: string, value: Value): void {
  if (value === undefined || value === null || value === false) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "" : String(value));
}

/** Text that is as it was stays untouched, so that a live region says it once. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** A list that keeps each row's element, and with it the focus, while rows come, go and change places. */
export function keyedList<T>(
  list: HTMLElement,
  row: {
    key(item: T): string;
    make(item: T): HTMLElement;
    update(element: HTMLElement, item: T): void;
  },
) {
  const elements = new Map<string, HTMLElement>();
  return (items: readonly T[]): void => {
    const kept = new Set(items.map(row.key));
    for (const [key, element] of elements) {
      if (kept.has(key)) continue;
      element.remove();
      elements.delete(key);
    }
    let before = list.firstElementChild;
    for (const item of items) {
      const key = row.key(item);
      const element = elements.get(key) ?? row.make(item);
      elements.set(key, element);
      row.update(element, item);
      if (element === before) before = before.nextElementSibling;
      else list.insertBefore(element, before);
    }
  };
}

/** A pictogram that says nothing by itself: its button has a name. */
export function icon(path: string): SVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [name, value] of Object.entries({
    viewBox: "0 0 24 24",
    "aria-hidden": "true",
    class: "icon",
  })) {
    svg.setAttribute(name, value);
  }
  const drawn = document.createElementNS("http://www.w3.org/2000/svg", "path");
  drawn.setAttribute("d", path);
  svg.append(drawn);
  return svg;
}

/** Asks before what cannot be taken back; the focus comes back to where it was. */
export function confirmed(
  question: string,
  { act, cancel }: { act: string; cancel: string },
): Promise<boolean> {
  return new Promise((resolve) => {
    const dialog = h(
      "dialog",
      { "aria-labelledby": "question" },
      h(
        "form",
        { method: "dialog" },
        h("p", { id: "question" }, question),
        h(
          "div",
          { class: "row end" },
          h("button", { class: "button quiet", value: "no", autofocus: true }, cancel),
          h("button", { class: "button danger", value: "yes" }, act),
        ),
      ),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
