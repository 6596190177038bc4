/**
 * Makes the PNG icons of an installed app from `public/icon.svg`, with Chromium: `npm run icons`.
 * What it makes is kept in `public/`, so that a build needs no browser.
 */
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";

const folder = join(dirname(fileURLToPath(import.meta.url)), "../public");
const drawing = await readFile(join(folder, "icon.svg"), "utf8");

/** Systems cut a maskable icon into their own shape; what is within 80% of its middle they leave. */
const fullBleed = drawing
  .replace(/(<rect id="ground"[^>]*?) rx="[^"]*"/, "$1")
  .replace('<g id="bridge"', '<g id="bridge" transform="translate(16 16) scale(.8) translate(-16 -16)"');

const browser = await chromium.launch({ executablePath: process.env["KAKEHASHI_CHROMIUM"] ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
for (const [name, svg, size] of /** @type {const} */ ([
  ["icon-192.png", drawing, 192],
  ["icon-512.png", drawing, 512],
  ["icon-maskable-192.png", fullBleed, 192],
  ["icon-maskable-512.png", fullBleed, 512],
  ["apple-touch-icon.png", fullBleed, 180],
])) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(`<body style="margin:0">${svg.replace("<svg ", `<svg width="${size}" height="${size}" style="display:block" `)}`);
  await writeFile(join(folder, name), await page.screenshot({ omitBackground: true }));
  await page.close();
}
await browser.close();
