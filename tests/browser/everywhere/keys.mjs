/** Keys by their names, as Chromium's protocol and as WebDriver know them. */

/**
 * @typedef {object} Key
 * @property {string} code its place on the keyboard
 * @property {number} number as Windows counts them
 * @property {string} driver WebDriver's character for it
 * @property {number} flag of Chromium's protocol, of those that are held while others are pressed
 * @property {string} [text] what it writes
 */

/** @type {Readonly<Record<string, Key>>} */
const NAMED = {
  Enter: { code: "Enter", number: 13, driver: "\uE007", flag: 0, text: "\r" },
  Escape: { code: "Escape", number: 27, driver: "\uE00C", flag: 0 },
  Delete: { code: "Delete", number: 46, driver: "\uE017", flag: 0 },
  Tab: { code: "Tab", number: 9, driver: "\uE004", flag: 0 },
  ArrowLeft: { code: "ArrowLeft", number: 37, driver: "\uE012", flag: 0 },
  ArrowRight: { code: "ArrowRight", number: 39, driver: "\uE014", flag: 0 },
  "-": { code: "Minus", number: 189, driver: "-", flag: 0, text: "-" },
  0: { code: "Digit0", number: 48, driver: "0", flag: 0, text: "0" },
  Alt: { code: "AltLeft", number: 18, driver: "\uE00A", flag: 1 },
  Control: { code: "ControlLeft", number: 17, driver: "\uE009", flag: 2 },
  Shift: { code: "ShiftLeft", number: 16, driver: "\uE008", flag: 8 },
};

/** @param {string} name of a key, or the letter that it writes @returns {Key} */
export function keyOf(name) {
  return NAMED[name] ?? { code: `Key${name.toUpperCase()}`, number: name.toUpperCase().charCodeAt(0), driver: name, flag: 0, text: name };
}

/** @param {string} chord such as `Control+a` @returns {{ held: string[], name: string }} */
export function chordOf(chord) {
  const held = chord.split("+");
  return { name: held.pop() ?? "", held };
}
