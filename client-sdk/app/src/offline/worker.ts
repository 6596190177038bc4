/**
 * Registers the service worker, and knows when it has a newer app than the one that runs. Without
 * a secure origin there is none, and everything works as it does without.
 */
import { type Store, store } from "../state/store";

const WORKER = "/sw.js";
/** Milliseconds between two looks for a newer app, on screens that nobody loads for weeks. */
const LOOK = 3_600_000;

/** True once the next load would be of a newer app. */
export const newVersion: Store<boolean> = store(false);

export function registerWorker(): void {
  if (!import.meta.env.PROD || !window.isSecureContext || !("serviceWorker" in navigator)) return;
  const { serviceWorker } = navigator;
  // The first worker that this page gets is no news.
  let led = serviceWorker.controller !== null;
  serviceWorker.addEventListener("controllerchange", () => {
    if (led) newVersion.set(true);
    led = true;
  });
  const register = (): void => {
    serviceWorker.register(WORKER, { updateViaCache: "none" }).then(
      (registration) => {
        const look = (): void => void registration.update().catch(() => undefined);
        setInterval(look, LOOK);
        window.addEventListener("online", look);
      },
      // A browser that forbids it still shows the app.
      (error: unknown) => console.warn(error),
    );
  };
  // What it fetches must not compete with what the page needs first.
  if (document.readyState === "complete") register();
  else window.addEventListener("load", register, { once: true });
}
