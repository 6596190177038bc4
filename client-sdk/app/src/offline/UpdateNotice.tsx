/** Says quietly that there is a newer app, and loads it when asked to. */
import { useEffect, useState } from "preact/hooks";
import { type Store, store, useStore } from "../state/store";
import { words } from "../words";
import { icons } from "../board/icons";
import { newVersion } from "./worker";

/** Milliseconds without a touch or a key: nobody is writing. */
const CALM = 8000;

/** Whoever has closed it is not told again on the next screen. */
const closed: Store<boolean> = store(false);

export function UpdateNotice() {
  const ready = useStore(newVersion);
  const [shown, setShown] = useState(false);
  const dismissed = useStore(closed);

  useEffect(() => {
    if (!ready || shown) return;
    let timer = setTimeout(() => setShown(true), CALM);
    const wait = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => setShown(true), CALM);
    };
    const busy = ["pointerdown", "pointermove", "keydown"] as const;
    for (const type of busy) window.addEventListener(type, wait, { capture: true, passive: true });
    return () => {
      clearTimeout(timer);
      for (const type of busy) window.removeEventListener(type, wait, { capture: true });
    };
  }, [ready, shown]);

  if (!shown || dismissed) return null;
  return (
    <div class="update" role="status">
      <p>{words.newVersion}</p>
      {/* What is not saved yet stays on the device and is sent after the load. */}
      <button type="button" onClick={() => location.reload()}>
        {words.reload}
      </button>
      <button type="button" class="update-close" aria-label={words.dismiss} data-tip={words.dismiss} onClick={() => closed.set(true)}>
        {icons.close}
      </button>
    </div>
  );
}
