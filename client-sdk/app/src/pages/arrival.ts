/** Waiting for a page that is not shown. Whoever waits has to watch it meanwhile, or it never comes. */
import type { Board, PageReader } from "@kakehashi/client";

/** How long a page may take to arrive, milliseconds: on a thin link a full page takes some seconds. */
const ARRIVES_WITHIN = 20_000;
/** The same while there is no connection: what is on the device is there at once. */
export const ARRIVES_WITHIN_OFFLINE = 3_000;
export const LOOK_EVERY = 50;

/** True once the page is here, false if it does not come. `look` may throw to end the waiting. */
export async function arrives(board: Board, reader: PageReader, offlinePatience = ARRIVES_WITHIN_OFFLINE, look: () => void = () => undefined): Promise<boolean> {
  const start = Date.now();
  while (!reader.ready()) {
    look();
    const waited = Date.now() - start;
    if (waited > (board.status() === "live" ? ARRIVES_WITHIN : offlinePatience)) return false;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
  }
  return true;
}
