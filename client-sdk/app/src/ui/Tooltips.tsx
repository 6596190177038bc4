/**
 * The names of buttons that show a picture alone: of whatever has `data-tip`, when a mouse rests on it or the
 * keyboard comes to it. Screen readers are told the same by the button's name.
 */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { placeBeside } from "./place";

/** Milliseconds a mouse rests before the name is shown. */
const REST = 500;
const GAP = 8;
const MARGIN = 4;

export function Tooltips() {
  const [over, setOver] = useState<HTMLElement | null>(null);
  const tip = useRef<HTMLDivElement>(null);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const showLater = (event: PointerEvent): void => {
      clearTimeout(timer);
      const owner = event.pointerType === "mouse" ? ownerOf(event.target) : null;
      if (owner === null) setOver(null);
      else timer = setTimeout(() => setOver(owner), REST);
    };
    const showNow = (event: FocusEvent): void => {
      const { target } = event;
      if (target instanceof HTMLElement && target.matches(":focus-visible")) setOver(ownerOf(target));
    };
    const hide = (): void => {
      clearTimeout(timer);
      setOver(null);
    };
    const escape = (event: KeyboardEvent): void => {
      if (event.key === "Escape") hide();
    };
    document.addEventListener("pointerover", showLater);
    document.addEventListener("pointerdown", hide, true);
    document.addEventListener("focusin", showNow);
    document.addEventListener("focusout", hide);
    window.addEventListener("keydown", escape, true);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("pointerover", showLater);
      document.removeEventListener("pointerdown", hide, true);
      document.removeEventListener("focusin", showNow);
      document.removeEventListener("focusout", hide);
      window.removeEventListener("keydown", escape, true);
    };
  }, []);

  useLayoutEffect(() => {
    if (over === null || tip.current === null) return;
    const room = { width: document.documentElement.clientWidth, height: window.innerHeight };
    const size = { width: tip.current.offsetWidth, height: tip.current.offsetHeight };
    const beside = over.closest("[data-tips]")?.getAttribute("data-tips");
    const side = beside === "left" || beside === "right" || beside === "below" ? beside : "above";
    const at = placeBeside(over.getBoundingClientRect(), size, room, side, GAP, MARGIN);
    tip.current.style.left = `${at.left}px`;
    tip.current.style.top = `${at.top}px`;
  }, [over]);

  const name = over?.isConnected === true ? (over.dataset["tip"] ?? "") : "";
  // A label that is in sight needs no second one.
  if (over === null || name === "") return null;
  const key = over.dataset["key"];
  return (
    <div class="tooltip" ref={tip} aria-hidden="true">
      <span>{name}</span>
      {key !== undefined && <span class="tooltip-key">{key}</span>}
    </div>
  );
}

function ownerOf(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>("[data-tip]") : null;
}
