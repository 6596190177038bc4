/** Settings take effect at once, and stay. */

/** The colour of words that say less. */
const INK = `getComputedStyle(document.documentElement).getPropertyValue("--ink-soft").trim()`;

/** @param {import("./trial.mjs").Trial} trial */
export async function settings(trial) {
  const { hand, name, tried } = trial;
  const address = await trial.board();

  await trial.check(`language and theme are changed in ${name}, at once and for the next time`, async () => {
    await hand.click("Settings");
    await hand.click("日本語");
    await hand.sees("Japanese", `document.documentElement.lang === "ja"`);
    await hand.click("暗い");
    await hand.sees("the dark theme", `document.documentElement.dataset.theme === "dark" && getComputedStyle(document.body).backgroundColor !== "rgb(255, 255, 255)"`);
    await tried.press("Escape");
    await hand.find("ペン");
    await hand.go(address.replace(/\?.*/, ""));
    await hand.ready();
    await hand.find("ペン");
    await hand.sees("the word that all is saved", `document.querySelector("[role=status]").textContent === "すべて保存しました"`);
    await hand.sees("the dark theme", `document.documentElement.dataset.theme === "dark"`);
    await hand.click("設定");
    await hand.click("明るい");
    await hand.click("English");
    await hand.sees("English", `document.documentElement.lang === "en" && document.documentElement.dataset.theme === "light"`);
  });

  await trial.check(`high contrast is switched on in ${name}, and off again`, async () => {
    const ink = await hand.run(INK);
    await hand.click(/^High contrast/, "[role=dialog]");
    await hand.sees("stronger words", `document.documentElement.dataset.contrast === "more" && ${INK} !== ${JSON.stringify(ink)}`);
    await hand.click(/^High contrast/, "[role=dialog]");
    await hand.sees("words as before", `document.documentElement.dataset.contrast !== "more" && ${INK} === ${JSON.stringify(ink)}`);
    await tried.press("Escape");
  });
}
