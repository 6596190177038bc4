/** Handwriting for tests, from the generator that all tests and benchmarks share. */
import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { program } from "./server.mjs";

/**
 * @typedef {{ x: number, y: number }} Point
 * @typedef {{ x: number, y: number, width: number, height: number }} Rect
 */

/**
 * The strokes of a text, one line, as a hand of this seed writes it.
 * @param {string} text
 * @param {number} seed
 * @param {{ rate?: number, size?: number }} [hand] samples a second, and page units a character
 * @returns {Point[][]}
 */
export function handwriting(text, seed, { rate = 60, size = 200 } = {}) {
  const generator = join(dirname(program), "handwriting");
  const json = execFileSync(generator, ["--text", text, "--seed", `${seed}`, "--rate", `${rate}`, "--size", `${size}`], {
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  const strokes = /** @type {{ points: [number, number, number, number][] }[]} */ (JSON.parse(json));
  return strokes.map((stroke) => stroke.points.map(([x, y]) => ({ x, y })));
}

/**
 * The smallest box around points.
 * @param {readonly Point[]} points
 * @returns {Rect}
 */
export function boundsOf(points) {
  const xs = points.map((point) => point.x);
  const ys = points.map((point) => point.y);
  const x = Math.min(...xs);
  const y = Math.min(...ys);
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

/**
 * Strokes as large as fits into a box, in its middle, in their own proportions.
 * @param {readonly (readonly Point[])[]} strokes
 * @param {Rect} box
 * @returns {Point[][]}
 */
export function fitInto(strokes, box) {
  const from = boundsOf(strokes.flat());
  const scale = Math.min(box.width / Math.max(from.width, 1), box.height / Math.max(from.height, 1));
  const x = box.x + (box.width - from.width * scale) / 2;
  const y = box.y + (box.height - from.height * scale) / 2;
  return strokes.map((stroke) =>
    stroke.map((point) => ({ x: x + (point.x - from.x) * scale, y: y + (point.y - from.y) * scale })),
  );
}
