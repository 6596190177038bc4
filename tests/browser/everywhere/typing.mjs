/** Typing and composing on the board, while the other types too. */
import assert from "node:assert/strict";
import { ASK, until } from "../support/report.mjs";

/** One step of a composition, as an input method's events tell of it: `done` ends it. */
function composeStep(/** @type {string} */ text, /** @type {boolean} */ done) {
  const field = /** @type {HTMLTextAreaElement & { composedFrom?: number }} */ (document.activeElement);
  const from = field.composedFrom ?? field.selectionStart;
  if (field.composedFrom === undefined) field.dispatchEvent(new CompositionEvent("compositionstart", { bubbles: true, data: "" }));
  field.composedFrom = from;
  field.setRangeText(text, from, field.selectionEnd, "end");
  field.dispatchEvent(new CompositionEvent("compositionupdate", { bubbles: true, data: text }));
  field.dispatchEvent(new InputEvent("input", { bubbles: true, data: text, inputType: "insertCompositionText", isComposing: true }));
  if (!done) return field.value;
  delete field.composedFrom;
  field.dispatchEvent(new CompositionEvent("compositionend", { bubbles: true, data: text }));
  return field.value;
}

/** @param {import("./trial.mjs").Trial} trial */
export async function typing(trial) {
  const { far, hand, name, other, tried } = trial;
  await trial.shared();

  await trial.check(`what is typed in ${name} is seen by the other, letter by letter`, async () => {
    await hand.tool("Text");
    await hand.tap(await hand.place(0.3, 0.3));
    await hand.sees("the text box", `document.activeElement.tagName === "TEXTAREA"`);
    await tried.type("架け橋 ");
    await until("the first word", () => far(ASK.texts), (texts) => texts[0] === "架け橋 ");
    await tried.type("bridge");
    await until("both words", () => far(ASK.texts), (texts) => texts[0] === "架け橋 bridge");
    await tried.press("Escape");
    await trial.agreed();
  });

  await trial.check(`a composition in ${name} is left alone while the other types on the same note`, async () => {
    await hand.tool("Note");
    await hand.tap(await hand.place(0.6, 0.6));
    await hand.sees("the card", `document.activeElement.tagName === "TEXTAREA"`);
    await tried.type("朝");
    await until("it on the far side", () => far(ASK.texts), (texts) => texts.includes("朝"));
    await other.keyboard.press("n");
    const sheet = await far(ASK.sheet);
    await other.mouse.click(sheet.x + sheet.width * 0.6, sheet.y + sheet.height * 0.6);
    await until("the other's card", () => far(`document.activeElement.tagName`), (tag) => tag === "TEXTAREA");
    await other.keyboard.press("Home");
    assert.equal(await hand.ask(composeStep, "は", false), "朝は");
    for (const reading of ["はし", "はしを", "はしをわたる"]) {
      await other.keyboard.type("a");
      await until("the other's letter", () => hand.run(ASK.texts), (texts) => texts.some((/** @type {string} */ text) => text.startsWith("a")));
      assert.equal(await hand.ask(composeStep, reading, false), `朝${reading}`);
    }
    await hand.ask(composeStep, "橋を渡る", true);
    await trial.agreed();
    assert.ok((await far(ASK.texts)).includes("aaa朝橋を渡る"), JSON.stringify(await far(ASK.texts)));
    assert.equal(await hand.run(`document.activeElement.value`), "aaa朝橋を渡る");
    await tried.press("Escape");
    await other.keyboard.press("Escape");
  });
}
