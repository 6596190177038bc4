/** Drawings that are dropped on the board. Other files are left to whoever takes those. */
import { bringIn, isDrawing } from "./bring-in";
import type { Session } from "../board/session";

/** `refused` is given the sentence that says why one was not taken. Returns how to stop. */
export function takeDrops(session: Session, refused: (sentence: string) => void): () => void {
  const over = (event: DragEvent): void => {
    // While it is carried, a file does not say its name; without this it could not be let go here.
    if (event.dataTransfer?.types.includes("Files") === true) event.preventDefault();
  };
  const drop = (event: DragEvent): void => {
    const drawings = [...(event.dataTransfer?.files ?? [])].filter(isDrawing);
    if (drawings.length === 0) return;
    event.preventDefault();
    event.stopPropagation();
    void (async () => {
      for (const drawing of drawings) {
        const sentence = await bringIn(session, drawing);
        if (sentence !== null) refused(sentence);
      }
    })();
  };
  window.addEventListener("dragover", over);
  window.addEventListener("drop", drop, true);
  return () => {
    window.removeEventListener("dragover", over);
    window.removeEventListener("drop", drop, true);
  };
}
