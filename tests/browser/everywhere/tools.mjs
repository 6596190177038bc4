/** Each of the ten tools, once. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { until } from "../support/report.mjs";

/** Any picture will do. */
const PICTURE = fileURLToPath(new URL("../../../client-sdk/app/public/icon-192.png", import.meta.url));

/** What lies on the page after each tool that makes something, from the lowest to the topmost. */
const MADE = ["stroke", "stroke", "rectangle", "text", "note", "image"];

/** @param {import("./trial.mjs").Trial} trial */
export async function tools(trial) {
  const { far, hand, name, tried } = trial;
  await trial.shared();
  /** @type {(count: number) => Promise<void>} */
  const made = (count) => hand.holds(...MADE.slice(0, count));
  /** @type {(tool: string, does: string, run: () => Promise<void>) => Promise<boolean>} */
  const check = (tool, does, run) =>
    trial.check(`${tool} in ${name} ${does}`, async () => {
      await hand.tool(tool);
      await run();
    });

  await check("Pen", "writes, and its ink is on the canvas at once", async () => {
    await hand.dragOver([0.1, 0.2], [0.35, 0.2]);
    assert.ok((await hand.ink(await hand.place(0.25, 0.2))) > 5);
    await made(1);
  });
  await check("Highlighter", "marks", async () => {
    await hand.dragOver([0.1, 0.3], [0.35, 0.3]);
    await made(2);
    const [pen, marker] = await hand.records();
    assert.deepEqual([pen.tool, marker.tool], ["pen", "highlighter"]);
    assert.ok(marker.strokeWidth > pen.strokeWidth * 2);
  });
  await check("Shape", "draws a rectangle", async () => {
    await hand.dragOver([0.45, 0.2], [0.6, 0.4]);
    await made(3);
  });
  await check("Text", "is typed", async () => {
    await hand.tap(await hand.place(0.1, 0.5));
    await hand.sees("the text box", `document.activeElement.tagName === "TEXTAREA"`);
    await tried.type("架け橋 bridge");
    await tried.press("Escape");
    await made(4);
  });
  await check("Note", "is put down and written on", async () => {
    await hand.tap(await hand.place(0.75, 0.3));
    await hand.sees("the card", `document.activeElement.tagName === "TEXTAREA"`);
    await tried.type("note");
    await tried.press("Escape");
    await made(5);
  });
  await check("Image", "takes a picture from a file, and the other gets it", async () => {
    await hand.tap(await hand.place(0.3, 0.75));
    await hand.sees("the field for files", `document.querySelector("body > input[type=file]") !== null`);
    await tried.chooseFile("body > input[type=file]", PICTURE);
    await made(6);
    await trial.agreed();
    const asset = await far(`window.kakehashi.records()[5].asset`);
    await until("the picture at the server", () => far(`fetch("/api/v1" + location.pathname.replace("/b/", "/boards/") + "/assets/${asset}").then((answer) => answer.status)`), (status) => status === 200);
  });
  await check("Laser", "glows for both and writes nothing", async () => {
    await tried.down(await hand.place(0.4, 0.6));
    await tried.move([await hand.place(0.5, 0.62), await hand.place(0.6, 0.65)]);
    await hand.sees("its glow", `document.querySelector(".overlay canvas") !== null`);
    await until("its glow on the far side", () => far(`document.querySelector(".cursor.laser") !== null`), Boolean);
    await tried.up(await hand.place(0.6, 0.65));
    await made(6);
  });
  await check("Hand", "moves the page and writes nothing", async () => {
    const before = await hand.run(`window.kakehashi.sight()`);
    await hand.dragOver([0.6, 0.6], [0.4, 0.5]);
    await until("another part in sight", () => hand.run(`window.kakehashi.sight()`), (now) => now.x > before.x + 20 && now.y > before.y + 20);
    await hand.click("Show the whole page");
    await until("the whole page in sight", () => hand.run(`window.kakehashi.sight()`), (now) => Math.abs(now.x - before.x) < 1 && Math.abs(now.y - before.y) < 1);
    await made(6);
  });
  await check("Eraser", "rubs out a line", async () => {
    await hand.dragOver([0.2, 0.15], [0.2, 0.25]);
    await hand.holds(...MADE.slice(1));
  });
  await check("Select", "chooses what is tapped", async () => {
    await hand.tap(await hand.place(0.45, 0.25));
    await hand.sees("its handles", `[...document.querySelectorAll(".handle")].filter((one) => one.getClientRects().length > 0).length === 9`);
    await trial.agreed();
  });
}
