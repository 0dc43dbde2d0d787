import { openassessmentXml } from "./assignment.ts";
import type { ComponentInput, FileInput } from "./course-input.ts";
import type { ValidationIssue } from "./issue.ts";
import { wellFormed } from "./markup.ts";
import { problemXml } from "./problem.ts";
import type { Statics } from "./statics.ts";
import { displayName, element, escapeText } from "./xml.ts";

/** A component in its vertical: the element there, and files of its own. */
export type Written = { inline: string; files: { path: string; text: string }[] };

export type Place = {
  /** The unit's title and name, and which of its problems or texts this one is. */
  title: string;
  urlName: string;
  language: string;
  openassessment: boolean;
  statics: Statics;
  note(issue: Omit<ValidationIssue, "moduleId">): void;
};

const pointer = (tag: string, urlName: string): string => element(tag, { url_name: urlName });
const hex = (id: string): string => id.replace(/[^a-zA-Z0-9]/g, "").toLowerCase();

/** Media that a browser plays by itself; any other address is a page of somebody's. */
const PLAYABLE = /\.(?:mp4|m4v|webm|ogv|ogg|mov|m3u8|mpd)(?:[?#]|$)/i;

export function writeComponent(of: ComponentInput, place: Place, number: number): Written {
  const title = number > 1 ? `${place.title} (${number})` : place.title;
  switch (of.kind) {
    case "html":
      return htmlFiles(place.urlName, title, htmlOf(of.html, place), of.html);
    case "video":
      return videoFiles(of, place, title);
    case "problem":
      return own("problem", `problem_${hex(of.id)}`, problemXml(of, { ...place, title }));
    case "assignment":
      return place.openassessment
        ? { inline: openassessmentXml(`assignment_${hex(of.id)}`, of), files: [] }
        : htmlFiles(`assignment_${hex(of.id)}`, of.title, paragraphs(of.instructions));
    case "download":
      return htmlFiles(
        place.urlName,
        title,
        element("p", { class: "download" }, linkTo(of.file, of.file.name, place)),
      );
    case "session":
      return htmlFiles(place.urlName, title, sessionHtml(of));
    case "resources": {
      const items = of.links.map(({ title: name, url, file }) =>
        element("li", {}, file ? linkTo(file, name, place) : externalLink(url ?? "", name)),
      );
      const list = element("ul", { class: "resources" }, items.join(""));
      return htmlFiles(`${place.urlName}_resources`, title, list);
    }
    case "missing":
      place.note({
        path: `vertical/${place.urlName}.xml`,
        message: `The ${of.what} that it names is gone`,
        severity: "error",
        code: "MISSING_CONTENT",
      });
      return { inline: "", files: [] };
  }
}

const own = (tag: "problem" | "video", urlName: string, xml: string): Written => ({
  inline: pointer(tag, urlName),
  files: [{ path: `${tag}/${urlName}.xml`, text: `${xml}\n` }],
});

/** What Studio's visual editor would damage stays raw. */
const htmlFiles = (urlName: string, title: string, html: string, source = html): Written => ({
  inline: pointer("html", urlName),
  files: [
    {
      path: `html/${urlName}.xml`,
      text: `${element("html", {
        filename: urlName,
        display_name: displayName(title),
        editor: /<(?:pre|table|code|input)\b/.test(source) ? "raw" : null,
      })}\n`,
    },
    { path: `html/${urlName}.html`, text: `${html}\n` },
  ],
});

const LOCAL = /^(?:file:|\.{1,2}(?:[\\/]|$)|[a-z]:\\)|(?:^|[\\/])\.\.(?:[\\/]|$)/i;
const SCHEMES = /^(?:https?:|mailto:|tel:|#|\/static\/|\/jump_to_id\/|\/asset-v1:)/i;

/** An author's HTML; files of ours go along into `static/`, and what leads nowhere is told of. */
function htmlOf(html: string, { statics, urlName, note }: Place): string {
  const path = `html/${urlName}.html`;
  const tell = (code: string, severity: "error" | "warning", message: string) =>
    note({ path, message, severity, code });
  const written = wellFormed(html, (url, of) => {
    const file = statics.named(url);
    if (file) return `/static/${statics.add(file)}`;
    if (file === null) {
      tell("REFERENCED_FILE_EXISTS", "error", `There is no file behind ${url}`);
      return undefined;
    }
    if (LOCAL.test(url)) {
      tell("NO_LOCAL_FILE_REFS", "error", `${url} leads to a file of the author's computer`);
      return undefined;
    }
    if (SCHEMES.test(url)) return url;
    const rule = of === "src" ? "ABSOLUTE_IMAGE_URLS" : "RELATIVE_LINK";
    tell(rule, "warning", `${url.slice(0, 200)} leads nowhere outside Lyceum, and was left out`);
    return undefined;
  });
  if (/<script\b/i.test(html)) tell("NO_SCRIPT_TAGS", "warning", "Scripts were left out");
  if (written !== undefined) return written;
  tell("MALFORMED_HTML", "error", "Elements are nested too deep, or too many are not closed");
  return "<p></p>";
}

const linkTo = (file: FileInput, title: string, { statics }: Place): string =>
  element("a", { href: `/static/${statics.add(file)}` }, escapeText(title));

const externalLink = (url: string, title: string): string =>
  element("a", { href: url, target: "_blank", rel: "noopener" }, escapeText(title));

const paragraphs = (text: string): string =>
  text
    .split(/(?:\r\n?|\n){2,}/)
    .map((one) =>
      element(
        "p",
        {},
        one
          .split(/\r\n?|\n/)
          .map(escapeText)
          .join("<br/>"),
      ),
    )
    .join("\n");

type Session = Extract<ComponentInput, { kind: "session" }>;

/** In UTC, which alone means the same to every reader. */
function sessionHtml({ startsAt, durationMinutes, joinUrl, recordingUrl }: Session): string {
  const at = new Date(startsAt).toISOString();
  const when = `${at.slice(0, 10)} ${at.slice(11, 16)} UTC, ${durationMinutes} min`;
  return [
    element("p", { class: "session" }, escapeText(when)),
    ...[joinUrl, recordingUrl].flatMap((url) =>
      url === undefined ? [] : [element("p", {}, externalLink(url, url))],
    ),
  ].join("\n");
}

type Video = Extract<ComponentInput, { kind: "video" }>;

function videoFiles(of: Video, place: Place, title: string): Written {
  const { youtubeId, url, file, transcripts } = of;
  if (url !== undefined && !PLAYABLE.test(url)) {
    if (transcripts.length > 0) {
      const message = "A video that no browser plays by itself goes as a link, without transcripts";
      const path = `vertical/${place.urlName}.xml`;
      place.note({ path, message, severity: "warning", code: "NOT_EXPRESSIBLE" });
    }
    return htmlFiles(place.urlName, title, element("p", {}, externalLink(url, title)));
  }
  const tracks = transcripts.map(({ language, file: track }) =>
    element("transcript", { language, src: place.statics.add(track, true) }),
  );
  if (youtubeId !== undefined) {
    const attributes = {
      display_name: displayName(title),
      youtube: `1.00:${youtubeId}`,
      youtube_id_1_0: youtubeId,
      download_video: false,
    };
    return own("video", place.urlName, element("video", attributes, tracks.join("")));
  }
  const source = file ? `/static/${place.statics.add(file)}` : (url ?? "");
  // The empty attributes keep the platform from showing its sample video.
  const attributes = {
    display_name: displayName(title),
    youtube: "",
    youtube_id_1_0: "",
    html5_sources: JSON.stringify([source]),
  };
  const body = element("source", { src: source }) + tracks.join("");
  return own("video", place.urlName, element("video", attributes, body));
}
