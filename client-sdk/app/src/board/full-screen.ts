/** The whole screen for the board. Older WebKit knows it by names of its own. */

interface OldDocument extends Document {
  readonly webkitFullscreenElement?: Element | null;
  readonly webkitFullscreenEnabled?: boolean;
  webkitExitFullscreen?(): void;
}

interface OldElement extends HTMLElement {
  webkitRequestFullscreen?(): void;
}

const page = (): OldDocument => document;

export function mayFillScreen(): boolean {
  return page().fullscreenEnabled ?? page().webkitFullscreenEnabled ?? false;
}

export function isFullScreen(): boolean {
  return (page().fullscreenElement ?? page().webkitFullscreenElement ?? null) !== null;
}

export function toggleFullScreen(): void {
  const root: OldElement = document.documentElement;
  const done = isFullScreen() ? leave() : enter(root);
  // A browser may refuse; the button still says how it is.
  done?.catch((error: unknown) => console.warn(error));
}

export function onFullScreen(listener: () => void): () => void {
  document.addEventListener("fullscreenchange", listener);
  document.addEventListener("webkitfullscreenchange", listener);
  return () => {
    document.removeEventListener("fullscreenchange", listener);
    document.removeEventListener("webkitfullscreenchange", listener);
  };
}

function enter(root: OldElement): Promise<void> | undefined {
  if (typeof root.requestFullscreen === "function") return root.requestFullscreen();
  root.webkitRequestFullscreen?.();
  return undefined;
}

function leave(): Promise<void> | undefined {
  if (typeof document.exitFullscreen === "function") return document.exitFullscreen();
  page().webkitExitFullscreen?.();
  return undefined;
}
