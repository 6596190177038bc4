/** Tells when the device comes onto another network. */

/** What some browsers know of the network; they tell of every change of its speed too. */
interface NetworkInformation extends EventTarget {
  readonly type?: string;
}

/** Calls back at each change of network; returns how to stop. */
export function watchNetwork(changed: () => void): () => void {
  const information = "connection" in navigator ? (navigator.connection as NetworkInformation | undefined) : undefined;
  let type = information?.type;
  const typed = (): void => {
    if (information?.type === type) return;
    type = information?.type;
    changed();
  };
  addEventListener("online", changed);
  information?.addEventListener("change", typed);
  return () => {
    removeEventListener("online", changed);
    information?.removeEventListener("change", typed);
  };
}
