/** Files out and in: each kind is saved by the dialog, and looked into where the browser put it. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "../support/report.mjs";

const DRAWING = {
  type: "excalidraw",
  version: 2,
  elements: [
    { type: "rectangle", x: 100, y: 100, width: 400, height: 240, strokeColor: "#c62828", backgroundColor: "#fff0a8", strokeWidth: 6 },
    { type: "ellipse", x: 700, y: 100, width: 300, height: 240, strokeColor: "#1560bd", strokeWidth: 4, angle: 0.4 },
    { type: "text", x: 100, y: 500, width: 900, height: 60, text: "架け橋の授業", originalText: "架け橋の授業", fontSize: 48, strokeColor: "#1d2429" },
  ],
  files: {},
};

/** @type {readonly [name: string, ending: string, check: (bytes: Buffer) => void][]} */
const KINDS = [
  ["PDF", "pdf", (bytes) => {
    assert.equal(bytes.toString("latin1", 0, 5), "%PDF-");
    assert.match(bytes.toString("latin1", bytes.length - 10), /%%EOF/);
  }],
  ["PNG picture", "png", (bytes) => {
    assert.equal(bytes.toString("latin1", 1, 4), "PNG");
    assert.deepEqual([bytes.readUInt32BE(16), bytes.readUInt32BE(20)], [3840, 2160]);
    // An empty sheet of this size takes less.
    assert.ok(bytes.length > 20_000, `${bytes.length} bytes`);
  }],
  ["SVG drawing", "svg", (bytes) => assert.match(bytes.toString(), /^(<\?xml[^>]*>\s*)?<svg [\s\S]*架け橋の授業[\s\S]*<\/svg>\s*$/)],
  ["Excalidraw file", "excalidraw", (bytes) => {
    const drawing = JSON.parse(bytes.toString());
    assert.deepEqual(drawing.elements.map((/** @type {{ type: string }} */ { type }) => type), ["rectangle", "ellipse", "text"]);
  }],
  ["Whole board (.kakehashi)", "kakehashi", (bytes) => assert.equal(bytes.readUInt32LE(0), 0x04034b50)],
];

/** The key that ends a composition, as Safari tells of it: after the end, and only by its number a key of the input method. */
function takenEnter() {
  document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", keyCode: 229, bubbles: true, cancelable: true }));
}

/** @param {import("./trial.mjs").Trial} trial */
export async function files(trial) {
  const { hand, name, server, tried } = trial;
  await trial.board();

  /** The file with this ending, once the browser has written all of it. @param {string} ending */
  const saved = async (ending) => {
    const found = () => readdirSync(tried.downloads).find((file) => file.endsWith(`.${ending}`));
    let before = -1;
    await until(`a .${ending} among the downloads`, async () => {
      const file = found();
      return file === undefined ? 0 : statSync(join(tried.downloads, file)).size;
    }, (size) => {
      const whole = size > 0 && size === before;
      before = size;
      return whole;
    });
    return join(tried.downloads, found() ?? "");
  };

  const drawing = join(tried.downloads, "drawing.json");
  await trial.check(`an Excalidraw file is brought in by ${name}`, async () => {
    writeFileSync(drawing, JSON.stringify(DRAWING));
    await hand.click("Export");
    await hand.find("Save file");
    await tried.chooseFile("[role=dialog] input[type=file]", drawing);
    await hand.holds("rectangle", "ellipse", "text");
    await hand.sees("the dialog to close", `document.querySelector("[role=dialog]") === null`);
    await hand.saved();
  });
  const digest = await hand.run("window.kakehashi.digest()");

  for (const [kind, ending, check] of KINDS) {
    await trial.check(`${name} saves a page as .${ending}`, async () => {
      await hand.click("Export");
      await hand.click(kind, "[role=dialog]");
      await hand.click("Save file");
      const path = await saved(ending);
      check(readFileSync(path));
      await hand.find("Close", ".dialog-foot, [role=dialog]");
      await tried.press("Escape");
      await hand.sees("the dialog to close", `document.querySelector("[role=dialog]") === null`);
    });
  }

  await trial.check(`${name} is asked to print the page, as lines and not as a picture of the screen`, async () => {
    await hand.run(`(window.print = function () {
      window.sheets = [].map.call(document.querySelectorAll(".print-sheets > *"), function (one) { return one.outerHTML.length; });
      window.dispatchEvent(new Event("afterprint"));
    }, 0)`);
    await hand.click("Export");
    await hand.click("PDF", "[role=dialog]");
    await hand.click("Print…");
    await until("one sheet", () => hand.run("window.sheets"), (sheets) => Array.isArray(sheets) && sheets.length === 1 && sheets[0] > 50);
    await hand.sees("the sheets to go", `document.querySelector(".print-sheets") === null`);
    await tried.press("Escape");
  });

  await trial.check(`${name} opens a .kakehashi file as a board that is the same`, async () => {
    const path = await saved("kakehashi");
    await hand.go(`${server.url}/?lang=en`);
    await hand.find("Open a file");
    await tried.chooseFile(".door input[type=file]", path);
    await hand.ready();
    assert.equal(await hand.run("window.kakehashi.digest()"), digest);
  });

  await trial.check(`Enter that an input method takes saves no file in ${name}`, async () => {
    await trial.board();
    await hand.click("Export");
    await hand.click("File name", "[role=dialog]");
    const before = readdirSync(tried.downloads).length;
    await hand.ask(takenEnter);
    await hand.tried.press("Tab");
    assert.equal(await hand.run(`document.querySelector("[role=dialog] [role=status]").textContent`), "");
    assert.equal(readdirSync(tried.downloads).length, before);
    await tried.press("Escape");
  });
  for (const file of readdirSync(tried.downloads)) rmSync(join(tried.downloads, file));
}
