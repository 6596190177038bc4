/**
 * Buttons take presses while another finger writes. Browsers make a click of a finger only if it is alone on the
 * screen; at a wall somebody always writes, and nobody has to stop for a hand to be raised.
 */

/** CSS pixels that a press may wander. */
const WANDERS = 24;
/** Milliseconds within which a click of the browser's own is the same press. */
const SAME_PRESS = 500;

const PRESSED = "button, a[href], label, summary";

interface Press {
  readonly on: HTMLElement;
  readonly x: number;
  readonly y: number;
}

export function takeFurtherFingers(): void {
  const presses = new Map<number, Press>();
  let last: { readonly on: HTMLElement; readonly at: number } | null = null;

  document.addEventListener(
    "pointerdown",
    ({ pointerType, isPrimary, target, pointerId, clientX: x, clientY: y }) => {
      if (pointerType !== "touch" || isPrimary || !(target instanceof Element)) return;
      const on = target.closest<HTMLElement>(PRESSED);
      if (on !== null) presses.set(pointerId, { on, x, y });
    },
    true,
  );
  document.addEventListener("pointercancel", ({ pointerId }) => presses.delete(pointerId), true);
  document.addEventListener(
    "pointerup",
    ({ pointerId, clientX, clientY }) => {
      const press = presses.get(pointerId);
      presses.delete(pointerId);
      if (press === undefined || Math.hypot(clientX - press.x, clientY - press.y) > WANDERS) return;
      last = { on: press.on, at: performance.now() };
      press.on.click();
    },
    true,
  );
  document.addEventListener(
    "click",
    (event) => {
      if (!event.isTrusted || last === null || performance.now() - last.at > SAME_PRESS) return;
      if (!(event.target instanceof Node) || !last.on.contains(event.target)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    true,
  );
}
