/** Files and clippings that mean harm: nothing of them runs, and what cannot be taken gets a sentence. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "../support/report.mjs";

const FIELD = "body > input[type=file]";
const SVG = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 400 200" width="400" height="200" onload="window.owned = 1">
  <script>window.owned = 2</script><rect width="400" height="200" fill="#1560bd" onclick="window.owned = 3"/>
  <image width="10" height="10" xlink:href="http://elsewhere.example/a.png"/><foreignObject width="9" height="9"><img xmlns="http://www.w3.org/1999/xhtml" src="x" onerror="window.owned = 4"/></foreignObject></svg>`;

/** The head of a PNG that says it has more pixels than any device could bear. */
function bomb() {
  const head = Buffer.alloc(33);
  head.set([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]);
  head.writeUInt32BE(13, 8);
  head.write("IHDR", 12, "latin1");
  head.writeUInt32BE(60_000, 16);
  head.writeUInt32BE(60_000, 20);
  head.set([8, 6, 0, 0, 0], 24);
  return head;
}

/** As if this were on the clipboard, for no driver has one. */
function paste(/** @type {string} */ html, /** @type {string} */ text) {
  const data = new DataTransfer();
  data.setData("text/html", html);
  data.setData("text/plain", text);
  document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}

/** @param {import("./trial.mjs").Trial} trial */
export async function hostile(trial) {
  const { hand, name, tried } = trial;
  await trial.board();
  const bring = async (/** @type {string} */ file, /** @type {string | Buffer} */ content) => {
    const path = join(tried.downloads, file);
    writeFileSync(path, content);
    await hand.tool("Image");
    await hand.tap(await hand.place(0.4, 0.4));
    await hand.sees("the field for files", `document.querySelector("${FIELD}") !== null`);
    await tried.chooseFile(FIELD, path);
  };
  const owned = () => hand.run(`window.owned === undefined`);

  await trial.check(`an SVG with scripts becomes a picture of dots in ${name}, and runs nothing`, async () => {
    await bring("drawing.svg", SVG);
    await hand.holds("image");
    await hand.saved();
    const [{ asset }] = await hand.records();
    const type = await hand.run(`fetch("/api/v1" + location.pathname.replace("/b/", "/boards/") + "/assets/${asset}").then(function (answer) { return answer.headers.get("content-type"); })`);
    assert.match(type, /^image\/(png|webp)$/);
    assert.ok(await owned());
  });

  await trial.check(`a picture of too many pixels gets a sentence in ${name} before it is unpacked`, async () => {
    await bring("bomb.png", bomb());
    await hand.sees("the sentence", `/too many pixels/.test((document.querySelector(".notice[role=alert]") || {}).textContent)`);
    await hand.holds("image");
  });

  await trial.check(`pasted HTML is words and nothing else in ${name}`, async () => {
    await hand.ask(paste, `<p>Tides<img src="x" onerror="window.owned = 5"><script>window.owned = 6</script></p>`, "Tides");
    await until("the words", () => hand.records(), (records) => records.some((record) => record.text === "Tides"));
    assert.ok(await owned());
  });
}
