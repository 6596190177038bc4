/** Drawings that are dropped on the board. Other files are left to whoever takes those. */
import type { Session } from "../board/session";
import { onFileDrops } from "../ui/file-drops";
import { bringIn, isDrawing } from "./bring-in";

/** `refused` is given the sentence that says why one was not taken. Returns how to stop. */
export function takeDrops(session: Session, refused: (sentence: string) => void): () => void {
  const bringAll = async (drawings: readonly File[]): Promise<void> => {
    for (const drawing of drawings) {
      const sentence = await bringIn(session, drawing);
      if (sentence !== null) refused(sentence);
    }
  };
  return onFileDrops({
    first(files, event) {
      const drawings = files.filter(isDrawing);
      if (drawings.length === 0) return;
      event.preventDefault();
      void bringAll(drawings);
    },
  });
}
