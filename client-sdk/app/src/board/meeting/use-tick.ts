/** Shows something again after a while, because time alone changes it. */
import { useEffect, useState } from "preact/hooks";

/** In so many milliseconds, once; null: never. To be given anew with each showing. */
export function useTick(ms: number | null): void {
  const [ticks, tick] = useState(0);
  useEffect(() => {
    if (ms === null) return;
    // A little later than asked for, so that it is past the moment and not just before it.
    const timer = setTimeout(() => tick(ticks + 1), ms + 5);
    return () => clearTimeout(timer);
  });
}
