/** Puts a drawing on the page that is shown, and chooses what came. */
import type { Session } from "../board/session";
import { MAIN_HAND } from "../tools/hands";
import { say } from "../ui/Toasts";
import { words } from "../words";

/** Null if it is there now; otherwise the sentence that says why not. */
export async function bringIn(session: Session, file: File): Promise<string | null> {
  const page = session.page.get();
  if (page === null) return words.noPage;
  try {
    const { importExcalidraw, ImportProblem } = await import("./excalidraw/import");
    try {
      const { records, left } = await importExcalidraw(file, {
        board: session.board,
        page,
        keep: async (picture) => session.images.keep(picture),
        write: (gesture, edits) =>
          session.write(MAIN_HAND, gesture, (edit) => {
            edits(edit);
            return true;
          }) === true,
      });
      if (session.page.get() === page) {
        session.tool.set("select");
        session.selection.set(records);
      }
      say(left === 0 ? words.broughtIn(records.length) : `${words.broughtIn(records.length)} ${words.broughtInLess(left)}`);
      return null;
    } catch (error) {
      if (error instanceof ImportProblem) return words.bringInProblems[error.code];
      throw error;
    }
  } catch (error) {
    console.warn(error);
    return error instanceof TypeError ? words.exportNotLoaded : words.bringInProblems.refused;
  }
}

/** Whether a dropped file is for here; read without loading what reads it. */
export function isDrawing(file: File): boolean {
  return /\.excalidraw$/i.test(file.name) || file.type === "application/vnd.excalidraw+json";
}
