/** What is dropped on the surface: pictures become pictures, text becomes a text box. */
import type { Session } from "../board/session";
import type { Point } from "../canvas/rect";
import { putText } from "../text/put";
import { contentOfHtml } from "./pasted";

/** `place` says where on the page an event is. Returns how to stop. */
export function takeDrops(surface: HTMLElement, session: Session, place: (event: DragEvent) => Point): () => void {
  const over = (event: DragEvent): void => {
    const types = event.dataTransfer?.types ?? [];
    if (!["Files", "text/html", "text/plain"].some((type) => types.includes(type))) return;
    event.preventDefault();
    if (event.dataTransfer !== null) event.dataTransfer.dropEffect = "copy";
  };
  const drop = (event: DragEvent): void => {
    if (event.dataTransfer === null || !session.ready.get()) return;
    event.preventDefault();
    const at = place(event);
    // Read now: after this event the browser empties it.
    const files = [...event.dataTransfer.files];
    const html = event.dataTransfer.getData("text/html");
    const plain = event.dataTransfer.getData("text/plain");
    if (files.length > 0) {
      void session.images.place(files, at);
      return;
    }
    const content = html === "" ? { text: plain, pictures: [] } : contentOfHtml(html);
    if (content.pictures.length > 0) void session.images.place(content.pictures, at);
    else putText(session, plain.trim() === "" ? content.text : plain, at);
  };
  surface.addEventListener("dragover", over);
  surface.addEventListener("drop", drop);
  return () => {
    surface.removeEventListener("dragover", over);
    surface.removeEventListener("drop", drop);
  };
}
