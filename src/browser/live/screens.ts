import type { ConnectionState } from "../../client/reconnecting.ts";
import { CLOSE_CODES } from "../../live/protocol.ts";
import { h } from "../dom.ts";
import type { Api, Session } from "./api.ts";
import type { Words } from "./words.ts";

type Said = { title: string; lead: string };
type Act = { label: string; act: () => void } | { label: string; href: string };

/** One thing said, with what can be done about it; its heading takes the focus, so that it is read. */
export function messageScreen(
  kind: string,
  { title, lead }: Said,
  acts: readonly Act[] = [],
): HTMLElement {
  return h(
    "section",
    { class: `message ${kind}` },
    h("h1", { tabindex: -1 }, title),
    h("p", { class: "lead" }, lead),
    acts.length > 0 &&
      h(
        "p",
        { class: "row wrap" },
        ...acts.map((one) =>
          "href" in one
            ? h("a", { class: "button", href: one.href, rel: "noopener noreferrer" }, one.label)
            : h(
                "button",
                { class: "button quiet", type: "button", on: { onclick: one.act } },
                one.label,
              ),
        ),
      ),
  );
}

export const endedScreen = (words: Words, session: Session): HTMLElement =>
  messageScreen(
    "ended",
    words.ended,
    session.recordingUrl === null
      ? []
      : [{ label: words.ended.recording, href: session.recordingUrl }],
  );

/** What a connection's end says; nothing where no ticket was given, for the session itself says why. */
export function closedScreen(
  words: Words,
  session: Session,
  { reason, code }: Extract<ConnectionState, { state: "closed" }>,
  again: () => void,
): HTMLElement | undefined {
  if (reason === "left") {
    return messageScreen("left", words.left, [{ label: words.rejoin, act: again }]);
  }
  switch (code) {
    case CLOSE_CODES.removed:
      return messageScreen("refused", words.removed);
    case CLOSE_CODES.dropped:
      return messageScreen("refused", words.dropped);
    case CLOSE_CODES.cancelled:
      return messageScreen("cancelled", words.cancelled);
    case CLOSE_CODES.ended:
      return endedScreen(words, session);
    default:
      return undefined;
  }
}

const NOT_KNOWN = ["UNAUTHENTICATED", "VALIDATION_FAILED", "PERMISSION_DENIED"];

export function signInScreen(words: Words, api: Api, signedIn: () => void): HTMLElement {
  const { signIn } = words;
  const fault = h("p", { class: "fault", id: "sign-in-fault", role: "alert" });
  const button = h("button", { class: "button", type: "submit" }, signIn.act);
  const act = async (event: SubmitEvent) => {
    event.preventDefault();
    const data = new FormData(form);
    button.disabled = true;
    fault.textContent = "";
    try {
      await api.signIn(String(data.get("email")).trim(), String(data.get("password")));
      signedIn();
    } catch (error) {
      const { code } = error as { code?: string };
      if (code === "RATE_LIMITED") fault.textContent = signIn.tooMany;
      else fault.textContent = NOT_KNOWN.includes(code ?? "") ? signIn.wrong : signIn.offline;
      form.querySelector<HTMLInputElement>("[name=password]")?.focus();
    } finally {
      button.disabled = false;
    }
  };
  const form = h(
    "form",
    { class: "sign-in", on: { onsubmit: (event) => void act(event) } },
    h(
      "label",
      { class: "field" },
      h("span", {}, signIn.email),
      h("input", {
        type: "email",
        name: "email",
        autocomplete: "username",
        required: true,
        autocapitalize: "none",
        "aria-describedby": "sign-in-fault",
      }),
    ),
    h(
      "label",
      { class: "field" },
      h("span", {}, signIn.password),
      h("input", {
        type: "password",
        name: "password",
        autocomplete: "current-password",
        required: true,
        "aria-describedby": "sign-in-fault",
      }),
    ),
    fault,
    button,
  );
  return h(
    "section",
    { class: "message sign-in-panel" },
    h("h1", { tabindex: -1 }, signIn.title),
    h("p", { class: "lead" }, signIn.lead),
    form,
  );
}
