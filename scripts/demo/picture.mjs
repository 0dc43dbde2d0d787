// A thumbnail drawn here: a night sky over hills, as PNG.
import { crc32, deflateSync } from "node:zlib";

const WIDTH = 640;
const HEIGHT = 360;
const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);

/** @param {number} seed other stars for another number */
export function thumbnail(seed) {
  const rows = Buffer.alloc(HEIGHT * (1 + WIDTH * 3));
  const stars = starsOf(seed);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      rows.set(colourAt(x, y, stars), y * (1 + WIDTH * 3) + 1 + x * 3);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(WIDTH, 0);
  header.writeUInt32BE(HEIGHT, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function starsOf(seed) {
  const stars = new Set();
  let state = seed % 2_147_483_647 || 1;
  for (let count = 0; count < 120; count++) {
    state = (state * 48_271) % 2_147_483_647;
    stars.add(`${state % WIDTH},${(state >> 8) % Math.round(HEIGHT * 0.7)}`);
  }
  return stars;
}

function colourAt(x, y, stars) {
  const hill = HEIGHT * 0.78 - 26 * Math.sin(x / 70) - 14 * Math.sin(x / 23);
  if (y > hill) return [14, 38, 34];
  if (stars.has(`${x},${y}`)) return [255, 246, 214];
  const height = y / HEIGHT;
  return [18 + 60 * height, 24 + 54 * height, 66 + 90 * height].map(Math.round);
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  whole.set(body, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}
