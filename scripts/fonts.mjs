// Makes public/fonts: the static TTF files that certificates are set in, from the font packages of the lockfile.
// `node scripts/fonts.mjs` writes only when a package's version or this script changed.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(import.meta.url);
const root = join(dirname(here), "..");
const packages = join(root, "node_modules", "@expo-google-fonts");
const target = join(root, "public", "fonts");

/** One file of an asset must stay below what Cloudflare takes. */
const maxFileBytes = 25 * 1024 * 1024;

const whole = [
  { name: "latin", from: "eb-garamond/400Regular/EBGaramond_400Regular.ttf" },
  { name: "latin-italic", from: "eb-garamond/400Regular_Italic/EBGaramond_400Regular_Italic.ttf" },
  { name: "latin-semibold", from: "eb-garamond/600SemiBold/EBGaramond_600SemiBold.ttf" },
  { name: "arabic", from: "amiri/400Regular/Amiri_400Regular.ttf" },
  {
    name: "devanagari",
    from: "tiro-devanagari-hindi/400Regular/TiroDevanagariHindi_400Regular.ttf",
  },
  { name: "hangul", from: "song-myung/400Regular/SongMyung_400Regular.ttf" },
];

// One Han font of 28 MB would exceed the limit of an asset and weigh on a Worker's memory, so it is cut by rarity.
const split = {
  from: "cactus-classical-serif/400Regular/CactusClassicalSerif_400Regular.ttf",
  parts: [
    { name: "han", holds: (codePoint, common) => common.has(codePoint) || !isHan(codePoint) },
    { name: "han-rare", holds: (codePoint) => codePoint <= 0xffff },
    { name: "han-extended", holds: () => true },
  ],
};

const families = [...new Set([...whole, split].map(({ from }) => from.split("/")[0]))];

function main() {
  const stamp = createHash("sha256").update(readFileSync(here));
  for (const family of families) {
    const manifest = join(packages, family, "package.json");
    if (!existsSync(manifest))
      throw new Error(`The font package ${family} is missing: run npm ci.`);
    stamp.update(readFileSync(manifest));
  }
  const digest = stamp.digest("hex");
  const stampFile = join(target, ".stamp");
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === digest) return;

  const fresh = `${target}.${process.pid}`;
  mkdirSync(fresh, { recursive: true });
  try {
    for (const { name, bytes } of fonts()) {
      if (bytes.length >= maxFileBytes) throw new Error(`${name}.ttf is ${bytes.length} bytes`);
      writeFileSync(join(fresh, `${name}.ttf`), bytes);
    }
    writeFileSync(join(fresh, "LICENSE.txt"), licences());
    writeFileSync(join(fresh, ".stamp"), digest);
    rmSync(target, { recursive: true, force: true });
    renameSync(fresh, target);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  console.log("Fonts made in public/fonts.");
}

function* fonts() {
  for (const { name, from } of whole) yield { name, bytes: readFileSync(join(packages, from)) };
  const source = readFileSync(join(packages, split.from));
  const glyphOf = readCmap(source);
  const common = commonHan();
  const left = new Map(glyphOf);
  for (const { name, holds } of split.parts) {
    const part = new Map([...left].filter(([codePoint]) => holds(codePoint, common)));
    for (const codePoint of part.keys()) left.delete(codePoint);
    yield { name, bytes: subset(source, part) };
  }
}

function licences() {
  return families
    .map((family) => readFileSync(join(packages, family, "LICENSE_FONT"), "utf8").trim())
    .join(`\n\n${"=".repeat(78)}\n\n`)
    .concat("\n");
}

function isHan(codePoint) {
  return /\p{Script=Han}/u.test(String.fromCodePoint(codePoint));
}

/** The characters of everyday standards: GB 2312, Big5 level 1 and JIS X 0208. */
function commonHan() {
  const found = new Set();
  const add = (encoding, leads, trails) => {
    const decoder = new TextDecoder(encoding);
    for (let lead = leads[0]; lead <= leads[1]; lead++) {
      for (let trail = trails[0]; trail <= trails[1]; trail++) {
        for (const character of decoder.decode(Uint8Array.of(lead, trail))) {
          if (character !== "\ufffd") found.add(character.codePointAt(0));
        }
      }
    }
  };
  add("gbk", [0xb0, 0xf7], [0xa1, 0xfe]);
  add("big5", [0xa4, 0xc6], [0x40, 0xfe]);
  add("euc-jp", [0xb0, 0xf4], [0xa1, 0xfe]);
  return found;
}

// The tables of a TrueType file, by the OpenType specification 1.9.

function tablesOf(font) {
  const tables = new Map();
  for (let index = 0; index < font.readUInt16BE(4); index++) {
    const at = 12 + index * 16;
    const start = font.readUInt32BE(at + 8);
    const tag = font.toString("latin1", at, at + 4);
    tables.set(tag, font.subarray(start, start + font.readUInt32BE(at + 12)));
  }
  return tables;
}

function readCmap(font) {
  const cmap = tablesOf(font).get("cmap");
  for (let index = 0; index < cmap.readUInt16BE(2); index++) {
    const table = cmap.subarray(cmap.readUInt32BE(4 + index * 8 + 4));
    if (table.readUInt16BE(0) !== 12) continue;
    const glyphOf = new Map();
    for (let group = 0; group < table.readUInt32BE(12); group++) {
      const at = 16 + group * 12;
      const [first, last, glyph] = [0, 4, 8].map((offset) => table.readUInt32BE(at + offset));
      for (let code = first; code <= last; code++) glyphOf.set(code, glyph + code - first);
    }
    return glyphOf;
  }
  throw new Error("The Han font has no cmap of format 12.");
}

/** Keeps the outlines of the given characters, renumbers the glyphs, and leaves layout tables out. */
function subset(font, glyphOf) {
  const tables = tablesOf(font);
  const { kept, outlines } = keptOutlines(tables, glyphOf);
  const renumbered = new Map(kept.map((glyph, index) => [glyph, index]));
  for (const bytes of outlines) {
    for (const { at, component } of componentsOf(bytes)) {
      bytes.writeUInt16BE(renumbered.get(component), at);
    }
  }
  const offsets = Buffer.alloc((kept.length + 1) * 4);
  let offset = 0;
  for (const [index, bytes] of outlines.entries()) {
    offset += bytes.length;
    offsets.writeUInt32BE(offset, (index + 1) * 4);
  }
  const changed = (tag, write) => {
    const bytes = Buffer.from(tables.get(tag));
    write(bytes);
    return bytes;
  };
  const characters = new Map([...glyphOf].map(([code, glyph]) => [code, renumbered.get(glyph)]));
  return assemble([
    ["OS/2", tables.get("OS/2")],
    ["cmap", writeCmap(characters)],
    ["glyf", Buffer.concat(outlines)],
    ["head", changed("head", (bytes) => bytes.writeInt16BE(1, 50))],
    ["hhea", changed("hhea", (bytes) => bytes.writeUInt16BE(kept.length, 34))],
    ["hmtx", keptMetrics(tables, kept)],
    ["loca", offsets],
    ["maxp", changed("maxp", (bytes) => bytes.writeUInt16BE(kept.length, 4))],
    ["name", tables.get("name")],
    // Format 3: a font without names of glyphs.
    ["post", changed("post", (bytes) => bytes.writeUInt32BE(0x00030000, 0)).subarray(0, 32)],
  ]);
}

/** The glyphs of the characters and of their components, in a new order, each padded to four bytes. */
function keptOutlines(tables, glyphOf) {
  const loca = tables.get("loca");
  const long = tables.get("head").readInt16BE(50) === 1;
  const offsetOf = (glyph) =>
    long ? loca.readUInt32BE(glyph * 4) : loca.readUInt16BE(glyph * 2) * 2;
  const kept = new Set();
  const outlines = [];
  const waiting = [0, ...glyphOf.values()];
  for (const glyph of waiting) {
    if (kept.has(glyph)) continue;
    kept.add(glyph);
    const outline = tables.get("glyf").subarray(offsetOf(glyph), offsetOf(glyph + 1));
    const padding = Buffer.alloc((4 - (outline.length % 4)) % 4);
    outlines.push(Buffer.concat([outline, padding]));
    for (const { component } of componentsOf(outline)) waiting.push(component);
  }
  return { kept: [...kept], outlines };
}

function keptMetrics(tables, kept) {
  const wide = tables.get("hhea").readUInt16BE(34);
  const hmtx = tables.get("hmtx");
  const metrics = Buffer.alloc(kept.length * 4);
  for (const [index, glyph] of kept.entries()) {
    const bearing = glyph < wide ? glyph * 4 + 2 : wide * 4 + (glyph - wide) * 2;
    metrics.writeUInt16BE(hmtx.readUInt16BE(Math.min(glyph, wide - 1) * 4), index * 4);
    metrics.writeInt16BE(hmtx.readInt16BE(bearing), index * 4 + 2);
  }
  return metrics;
}

function componentsOf(outline) {
  const found = [];
  if (outline.length < 10 || outline.readInt16BE(0) >= 0) return found;
  let at = 10;
  let flags = 0x20;
  while (flags & 0x20) {
    flags = outline.readUInt16BE(at);
    found.push({ at: at + 2, component: outline.readUInt16BE(at + 2) });
    at += flags & 1 ? 8 : 6;
    at += flags & 0x08 ? 2 : flags & 0x40 ? 4 : flags & 0x80 ? 8 : 0;
  }
  return found;
}

function writeCmap(characters) {
  const groups = [];
  for (const [code, glyph] of [...characters].sort(([a], [b]) => a - b)) {
    const group = groups.at(-1);
    if (group && code === group.last + 1 && glyph === group.glyph + code - group.first) {
      group.last = code;
    } else groups.push({ first: code, last: code, glyph });
  }
  const cmap = Buffer.alloc(12 + 16 + groups.length * 12);
  for (const [at, value] of [
    [2, 1],
    [4, 3],
    [6, 10],
    [12, 12],
  ])
    cmap.writeUInt16BE(value, at);
  cmap.writeUInt32BE(12, 8);
  cmap.writeUInt32BE(cmap.length - 12, 16);
  cmap.writeUInt32BE(groups.length, 24);
  for (const [index, { first, last, glyph }] of groups.entries()) {
    for (const [part, value] of [first, last, glyph].entries()) {
      cmap.writeUInt32BE(value, 28 + index * 12 + part * 4);
    }
  }
  return cmap;
}

function assemble(tables) {
  const header = Buffer.alloc(12 + tables.length * 16);
  const power = 2 ** Math.floor(Math.log2(tables.length));
  header.writeUInt32BE(0x00010000, 0);
  for (const [index, value] of [
    tables.length,
    power * 16,
    Math.log2(power),
    (tables.length - power) * 16,
  ].entries()) {
    header.writeUInt16BE(value, 4 + index * 2);
  }
  const bodies = tables.map(([tag, bytes]) => {
    const body = Buffer.alloc(Math.ceil(bytes.length / 4) * 4);
    bytes.copy(body);
    if (tag === "head") body.writeUInt32BE(0, 8);
    return body;
  });
  let start = header.length;
  for (const [index, [tag, bytes]] of tables.entries()) {
    const at = 12 + index * 16;
    header.write(tag, at, "latin1");
    header.writeUInt32BE(checksum(bodies[index]), at + 4);
    header.writeUInt32BE(start, at + 8);
    header.writeUInt32BE(bytes.length, at + 12);
    start += bodies[index].length;
  }
  const font = Buffer.concat([header, ...bodies]);
  const headIndex = tables.findIndex(([tag]) => tag === "head");
  const headStart = header.readUInt32BE(12 + headIndex * 16 + 8);
  font.writeUInt32BE((0xb1b0afba - checksum(font)) >>> 0, headStart + 8);
  return font;
}

function checksum(bytes) {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 4) sum = (sum + bytes.readUInt32BE(at)) >>> 0;
  return sum;
}

main();
