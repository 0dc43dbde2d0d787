// The page of a live session in real browsers: an instructor and three learners against the server as it is started.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch, network, SKIPPED, signIn } from "./browser.mjs";
import { newClassroom } from "./classroom.mjs";
import { freePort, newFolder, removeFolder, startServer } from "./server.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TOLD_MS = 15_000;
const SIZE = { width: 1280, height: 800 };

const folder = newFolder();
const faults = [];
let server;
let browser;
let room;
let wire;
let session;
let host;
let learners;

before(async () => {
  if (SKIPPED) return;
  const port = await freePort();
  server = await startServer({ port, state: join(folder, "state") });
  [browser, wire] = await Promise.all([launch(), network()]);
  room = await newClassroom(join(folder, "state"));
  session = await room.newSession("Reading a leaf");
});

after(async () => {
  await browser?.close();
  await wire?.close();
  await server?.stop();
  removeFolder(folder);
});

/** A page of a person's own browser profile; what its scripts throw fails the last test. */
async function newPage(options = {}) {
  const context = await browser.newContext({ viewport: SIZE, locale: "en-GB", ...options });
  context.setDefaultTimeout(TOLD_MS);
  const page = await context.newPage();
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (said) => {
    if (said.type() === "error" && /Content Security|Refused/.test(said.text()))
      faults.push(said.text());
  });
  return page;
}

const addressOf = (one) => `${room.demo.url}/live/${one.id}`;

async function joined(who, options) {
  const page = await newPage(options);
  await page.goto(addressOf(session));
  await signIn(page, who);
  await page.locator(".room").waitFor();
  return page;
}

/** No finding of axe, in light and in dark, in the state that the page is in. */
async function accessible(page, state) {
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe);
    const found = await page.evaluate(async () => (await globalThis.axe.run(document)).violations);
    const shown = found.map(
      ({ id, nodes }) => `${id}: ${nodes.map((one) => one.html).join(" | ")}`,
    );
    assert.deepEqual(shown, [], `${state}, ${colorScheme}`);
  }
}

const write = async (page, text) => {
  await page.getByRole("textbox", { name: "Message to everybody" }).fill(text);
  await page.keyboard.press("Enter");
};
const line = (page, text) => page.getByRole("log").getByText(text, { exact: true });
const button = (page, name, exact = true) => page.getByRole("button", { name, exact });
const heading = (page, name) => page.getByRole("heading", { level: 1, name });

const story = (name, act) => test(name, { skip: SKIPPED, timeout: 120_000 }, act);

story("who is not signed in is asked to, and told when the password is wrong", async () => {
  const page = await newPage();
  await page.goto(addressOf(session));
  await heading(page, "Sign in to join").waitFor();
  await accessible(page, "sign-in");
  const { email, password } = room.demo.signIns.instructor;
  await signIn(page, { email, password: "not this one" });
  await page.getByRole("alert").getByText("do not belong together").waitFor();
  await accessible(page, "wrong password");
  await signIn(page, { email, password });
  await page.locator(".room").waitFor();
  host = page;
});

story("an instructor and three learners see who is here", async () => {
  const [first, second, third] = room.learners;
  await room.client.patch("/lms/me", third.key, { locale: "ru" });
  learners = await Promise.all([
    joined(first.signIn),
    joined(second.signIn, { proxy: wire.proxy }),
    joined(third.signIn),
  ]);
  for (const page of [host, learners[0], learners[1]]) await page.getByText("4 here").waitFor();
  await learners[2].getByText("4 участника").waitFor();
  await learners[0].getByText("You are early.").waitFor();
  assert.equal(await learners[2].getAttribute("html", "lang"), "ru");
  await accessible(learners[0], "before the start");
  await button(host, "Start the session").click();
  for (const page of [host, ...learners]) await page.locator(".pill[data-status=live]").waitFor();
  await accessible(host, "live, with the instructor's tools");
});

story("what one writes all read, and what the instructor deletes none read any more", async () => {
  await write(host, "Hold your leaf against the light.");
  await write(learners[0], "<b>Mine</b> is a maple.");
  for (const page of [host, ...learners]) {
    await line(page, "Hold your leaf against the light.").waitFor();
    await line(page, "<b>Mine</b> is a maple.").waitFor();
  }
  await button(host, "Delete the message of Learner 1").click();
  await line(learners[1], "Message deleted").waitFor();
  assert.equal(await line(learners[1], "<b>Mine</b> is a maple.").count(), 0);
});

story("a raised hand stands first with the instructor, who lowers it", async () => {
  await button(learners[2], "Поднять руку").click();
  await button(host, "Lower the hand of Learner 3").waitFor();
  assert.match(await host.locator(".person").nth(1).innerText(), /Learner 3/);
  await accessible(host, "a hand is up");
  await button(host, "Lower the hand of Learner 3").click();
  await button(learners[2], "Поднять руку").waitFor();
});

story("a poll is opened, voted in once each, and its results are shown to all", async () => {
  await host.getByText("Ask the room").click();
  await host.getByLabel("Question").fill("What do the veins carry?");
  await host.getByLabel("Answer 1").fill("Water");
  await host.getByLabel("Answer 2").fill("Light");
  await accessible(host, "a poll is written");
  await button(host, "Open the poll").click();
  const [first, second, third] = learners;
  for (const [page, answer] of [
    [first, "Water"],
    [second, "Water"],
    [third, "Light"],
  ]) {
    await page.getByRole("radio", { name: answer }).check();
    if (page === first) await accessible(page, "a poll is open");
    await page.locator(".ballot button").click();
    await page.locator(".choice.mine").waitFor();
  }
  await host.getByText("3 votes").waitFor();
  await button(host, "Close the poll").click();
  for (const page of [host, first, second]) {
    await page.getByRole("heading", { name: "Results" }).waitFor();
    const bars = await page.locator(".bars li").allInnerTexts();
    assert.deepEqual(
      bars.map((one) => one.replaceAll(/\s+/g, " ").trim()),
      ["Water 67% · 2 votes", "Light 33% · 1 vote"],
    );
  }
  await accessible(first, "results");
});

story(
  "while the chat is paused learners cannot write, and the spotlight is seen by all",
  async () => {
    await button(host, "Pause the chat for learners").click();
    await learners[0].getByText("The instructor has paused the chat.").waitFor();
    assert.equal(await learners[0].locator("#chat-text").isDisabled(), true);
    await accessible(learners[0], "chat paused");
    await button(host, "Let learners write again").click();
    await learners[0].locator("#chat-text:enabled").waitFor();
    await button(host, "Put Learner 2 in the spotlight").click();
    await learners[0].locator(".spotlight").getByText("Learner 2").waitFor();
  },
);

story(
  "a network that was cut is said so, and brings what was missed once and in order",
  async () => {
    const [first, second] = learners;
    wire.cut();
    await second.getByText("Reconnecting…", { exact: true }).waitFor();
    await accessible(second, "reconnecting");
    for (const text of ["one", "two", "three"]) {
      await write(first, text);
      await line(first, text).waitFor();
    }
    await host.getByText("3 here").waitFor();
    wire.mend();
    await button(second, "Try now").click();
    await second.getByText("Connected", { exact: true }).waitFor();
    await line(second, "three").waitFor();
    const texts = await second.locator(".line .text").allInnerTexts();
    assert.deepEqual(texts.slice(-3), ["one", "two", "three"]);
    assert.equal(texts.length, await first.locator(".line").count());
    await write(second, "Here again");
    await line(host, "Here again").waitFor();
    await host.getByText("4 here").waitFor();
  },
);

story(
  "a keyboard alone is enough to write, raise a hand and leave, and the focus is always seen",
  async () => {
    const [first] = learners;
    const reach = async (selector) => {
      for (let steps = 0; steps < 40; steps++) {
        await first.keyboard.press("Tab");
        const seen = await first.evaluate((wanted) => {
          const now = document.activeElement;
          const style = getComputedStyle(now);
          return {
            isThere: now.matches(wanted),
            isSeen: style.outlineStyle !== "none" && style.outlineWidth !== "0px",
          };
        }, selector);
        if (!seen.isThere) continue;
        assert.equal(seen.isSeen, true, `the focus on ${selector} is seen`);
        return;
      }
      assert.fail(`${selector} is not reached by Tab`);
    };
    await first.evaluate(() => document.activeElement.blur());
    await reach("#chat-text");
    await first.keyboard.type("By keyboard");
    await first.keyboard.press("Enter");
    await line(host, "By keyboard").waitFor();
    await reach(".hand");
    await first.keyboard.press("Space");
    await button(host, "Lower the hand of Learner 1").waitFor();
    assert.equal(await first.locator(".hand").getAttribute("aria-pressed"), "true");
    await first.keyboard.press("Space");
    await button(host, "Lower the hand of Learner 1").waitFor({ state: "hidden" });
  },
);

story(
  "nothing is cut off at 320 pixels, and what is said by colour is also said in words",
  async () => {
    const [first] = learners;
    await first.setViewportSize({ width: 320, height: 640 });
    const wide = await first.evaluate(() =>
      [...document.querySelectorAll("body *")]
        .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
        .map((one) => one.outerHTML.slice(0, 120)),
    );
    assert.deepEqual(wide, []);
    await accessible(first, "at 320 pixels");
    await first.setViewportSize(SIZE);
  },
);

story("who is removed is told so, cannot come back, and can once let in again", async () => {
  const second = learners[1];
  await button(host, "Remove Learner 2").click();
  await accessible(host, "asked before a removal");
  await host.getByRole("dialog").getByRole("button", { name: "Remove", exact: true }).click();
  await heading(second, "You were removed from this session").waitFor();
  await accessible(second, "removed");
  await host.getByText("3 here").waitFor();
  await second.reload();
  await heading(second, "You were removed from this session").waitFor();
  await host.getByText("Removed", { exact: true }).click();
  await button(host, "Let Learner 2 in again").click();
  await button(host, "Let Learner 2 in again").waitFor({ state: "hidden" });
  await second.reload();
  await second.locator(".room").waitFor();
});

story(
  "the end is the end for everybody, and a cancelled or unknown session says what it is",
  async () => {
    await button(host, "End the session").click();
    await host.getByRole("dialog").getByRole("button", { name: "End the session" }).click();
    await heading(host, "This session is over").waitFor();
    await heading(learners[0], "This session is over").waitFor();
    await heading(learners[2], "Занятие окончено").waitFor();
    await accessible(learners[0], "over");
    const cancelled = await room.newSession("Never held");
    await room.client.post(`/lms/sessions/${cancelled.id}/cancel`, room.demo.keys.instructor);
    await learners[0].goto(addressOf(cancelled));
    await heading(learners[0], "This session was cancelled").waitFor();
    await accessible(learners[0], "cancelled");
    await learners[0].goto(addressOf({ id: room.cohort.id }));
    await heading(learners[0], "There is no such session").waitFor();
  },
);

story("who is not of the cohort is told so, and may sign in as somebody else", async () => {
  const page = await newPage();
  const ahead = await room.newSession("For the cohort");
  await page.goto(addressOf(ahead));
  await signIn(page, room.demo.signIns.learner);
  await heading(page, "This session is for its cohort").waitFor();
  await accessible(page, "not enrolled");
  await button(page, "Use another account").click();
  await heading(page, "Sign in to join").waitFor();
});

story("no script of the page threw, and the policy refused nothing", () => {
  assert.deepEqual(faults, []);
});
