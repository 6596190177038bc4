/** Files that are dropped anywhere in the window. One that nobody took would be opened by the browser, and the app be gone. */

export function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes("Files") === true;
}

export interface FileDrops {
  /** Whether files are held over the window now. */
  readonly over?: (held: boolean) => void;
  /** Before any element sees them; what it prevents is done with. */
  readonly first?: (files: readonly File[], event: DragEvent) => void;
  /** What no element took. */
  readonly rest?: (files: readonly File[]) => void;
}

/** Returns how to stop. */
export function onFileDrops({ over, first, rest }: FileDrops): () => void {
  const drag = (event: DragEvent): void => {
    if (!hasFiles(event)) return;
    // While they are carried, files do not say what they are; without this they could not be let go here.
    event.preventDefault();
    over?.(true);
  };
  const leave = (event: DragEvent): void => {
    if (event.relatedTarget === null) over?.(false);
  };
  const begin = (event: DragEvent): void => {
    if (!hasFiles(event)) return;
    over?.(false);
    first?.([...(event.dataTransfer?.files ?? [])], event);
    if (event.defaultPrevented) event.stopPropagation();
  };
  const end = (event: DragEvent): void => {
    if (!hasFiles(event) || event.defaultPrevented) return;
    event.preventDefault();
    rest?.([...(event.dataTransfer?.files ?? [])]);
  };
  window.addEventListener("dragover", drag);
  window.addEventListener("dragleave", leave);
  window.addEventListener("drop", begin, true);
  window.addEventListener("drop", end);
  return () => {
    window.removeEventListener("dragover", drag);
    window.removeEventListener("dragleave", leave);
    window.removeEventListener("drop", begin, true);
    window.removeEventListener("drop", end);
  };
}
