/** What can hold the focus, and how the arrow keys walk through it. */

const OPERABLE = 'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), [tabindex="0"]';

/** In the order of the tab key; what is not shown is left out. */
export function operable(root: HTMLElement): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>(OPERABLE)].filter(
    (element) => element.tabIndex >= 0 && element.getClientRects().length > 0,
  );
}

/** Keeps the tab key within `root`: behind the last comes the first. Of radio buttons the browser skips all but one. */
export function keepTabWithin(event: KeyboardEvent, root: HTMLElement): void {
  if (event.key !== "Tab") return;
  const all = operable(root).filter((element) => !isPassedOver(element));
  const first = all[0];
  const last = all[all.length - 1];
  if (first === undefined || last === undefined) {
    event.preventDefault();
    return;
  }
  const now = document.activeElement;
  const outside = now === root || !root.contains(now);
  if (event.shiftKey && (now === first || outside)) {
    event.preventDefault();
    last.focus();
  } else if (!event.shiftKey && (now === last || !root.contains(now))) {
    event.preventDefault();
    first.focus();
  }
}

/** Where an arrow key, Home or End leads in a row of `count`; null for every other key. */
export function stepOf(key: string, at: number, count: number): number | null {
  switch (key) {
    case "ArrowRight":
    case "ArrowDown":
      return (at + 1) % count;
    case "ArrowLeft":
    case "ArrowUp":
      return (at + count - 1) % count;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return null;
  }
}

/** The tab key stops once at a group of radio buttons: at the one that is chosen. */
function isPassedOver(element: HTMLElement): boolean {
  return element instanceof HTMLInputElement && element.type === "radio" && !element.checked;
}
