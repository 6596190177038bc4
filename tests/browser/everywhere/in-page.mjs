/** What runs within the page that is tried: functions that use nothing from outside of themselves. */

/**
 * The source text that calls a function in the page.
 * @template {readonly any[]} Arguments
 * @param {(...given: Arguments) => unknown} work
 * @param {Arguments} given plain JSON
 */
export function calling(work, ...given) {
  return `(${work})(${given.map((one) => JSON.stringify(one)).join(", ")})`;
}

/**
 * The middle of the control with this accessible name, if it can be pressed there; it is scrolled to where needed.
 * @param {string} pattern
 * @param {string} within a selector
 * @returns {{ x: number, y: number } | string} a string says what is in the way
 */
export function controlAt(pattern, within) {
  const wanted = new RegExp(pattern);
  const text = (/** @type {Element | null | undefined} */ element) => (element?.textContent ?? "").replace(/\s+/g, " ").trim();
  /** @type {(element: Element) => string} */
  const nameOf = (element) => {
    const by = element.getAttribute("aria-labelledby");
    if (by !== null) return by.split(" ").map((id) => text(document.getElementById(id))).join(" ");
    const label = element.getAttribute("aria-label");
    if (label !== null) return label;
    if (element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement) return text(element.labels?.[0]);
    return text(element);
  };
  const controls = [...document.querySelectorAll("button, a[href], input, textarea, [role^=menuitem]")].filter(
    (element) => element.closest(within) !== null && element.getAttribute("type") !== "file" && wanted.test(nameOf(element)),
  );
  if (controls.length === 0) return "nothing has that name";
  let why = "";
  for (const control of controls) {
    if (control instanceof HTMLButtonElement && control.disabled) {
      why = "it is disabled";
      continue;
    }
    const target = control.closest("label") ?? control;
    const middle = () => {
      const box = target.getBoundingClientRect();
      return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
    };
    const onTop = (/** @type {{ x: number, y: number }} */ { x, y }) => {
      const top = document.elementFromPoint(x, y);
      return top !== null && target.contains(top);
    };
    if (!onTop(middle())) target.scrollIntoView({ block: "nearest", inline: "nearest" });
    if (onTop(middle())) return middle();
    const { x, y } = middle();
    why = `at ${Math.round(x)} ${Math.round(y)} is ${document.elementFromPoint(x, y)?.outerHTML.slice(0, 120)}`;
  }
  return why;
}

/**
 * How many pixels of the board's canvases around a place are inked.
 * @param {{ x: number, y: number }} place
 * @param {number} reach
 */
export function inkAround(place, reach) {
  let dark = 0;
  for (const canvas of /** @type {NodeListOf<HTMLCanvasElement>} */ (document.querySelectorAll("canvas.layer"))) {
    const box = canvas.getBoundingClientRect();
    const ratio = canvas.width / box.width;
    const size = Math.round(2 * reach * ratio);
    const data = canvas.getContext("2d")?.getImageData(Math.round((place.x - box.left - reach) * ratio), Math.round((place.y - box.top - reach) * ratio), size, size).data ?? [];
    for (let i = 0; i < data.length; i += 4) {
      if ((data[i + 3] ?? 0) > 128 && (data[i] ?? 0) + (data[i + 1] ?? 0) + (data[i + 2] ?? 0) < 500) dark++;
    }
  }
  return dark;
}

/**
 * How many dark pixels a picture or canvas has; -1 while it is not there.
 * @param {string} selector
 */
export function darkIn(selector) {
  const shown = document.querySelector(selector);
  if (!(shown instanceof HTMLImageElement || shown instanceof HTMLCanvasElement)) return -1;
  const [width, height] = shown instanceof HTMLImageElement ? [shown.naturalWidth, shown.naturalHeight] : [shown.width, shown.height];
  if (width === 0 || height === 0) return -1;
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const ctx = canvas.getContext("2d");
  ctx?.drawImage(shown, 0, 0);
  const data = ctx?.getImageData(0, 0, width, height).data ?? [];
  let dark = 0;
  for (let i = 0; i < data.length; i += 4) if ((data[i + 3] ?? 0) > 128 && (data[i] ?? 0) + (data[i + 1] ?? 0) + (data[i + 2] ?? 0) < 500) dark++;
  return dark;
}

/** Writes down the last presses that reach this page, so that one that a driver loses is told from one that the app does. */
export function watchPresses() {
  const page = /** @type {Window & { pressesSeen?: string[] }} */ (window);
  if (page.pressesSeen !== undefined) return;
  /** @type {string[]} */
  const seen = [];
  page.pressesSeen = seen;
  for (const type of ["pointerdown", "pointerup", "click", "blur"]) {
    window.addEventListener(type, ({ target }) => {
      const what = target instanceof Element ? `${target.localName} ${target.getAttribute("aria-label") ?? target.textContent?.slice(0, 30) ?? ""}` : "window";
      seen.push(`${type} ${what.trim()}`);
      if (seen.length > 12) seen.shift();
    }, true);
  }
}

/** Writes down what goes wrong in this page from now on; `problemsSeen` reads it. */
export function watchProblems() {
  const page = /** @type {Window & { problemsSeen?: string[] }} */ (window);
  if (page.problemsSeen !== undefined) return;
  /** @type {string[]} */
  const seen = [];
  page.problemsSeen = seen;
  window.addEventListener("error", (event) => seen.push(`${event.message} ${event.error?.stack ?? ""}`));
  window.addEventListener("unhandledrejection", (event) => seen.push(`unhandled: ${event.reason?.stack ?? event.reason}`));
  document.addEventListener("securitypolicyviolation", (event) => seen.push(`${event.violatedDirective} forbids ${event.blockedURI}`));
  const say = console.error;
  console.error = (...said) => {
    seen.push(`console: ${said.map(String).join(" ")}`);
    say.apply(console, said);
  };
}
