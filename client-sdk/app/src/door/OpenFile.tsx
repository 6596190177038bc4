/** Opening a file as a new board: by a button, or dropped anywhere on the front door. */
import { useEffect, useRef, useState } from "preact/hooks";
import { icons } from "../board/icons";
import { words } from "../words";
import type { Entering } from "./entering";
import { FILE_TYPES } from "./open-file";

export function OpenFile({ entering }: { entering: Entering }) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const busy = entering.doing !== "no";
  const latest = useRef(entering);
  latest.current = entering;

  useEffect(() => {
    // What is dropped beside would be opened by the browser, and the app be gone.
    const hasFile = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") === true;
    const drag = (event: DragEvent): void => {
      if (!hasFile(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent): void => {
      if (!hasFile(event)) return;
      event.preventDefault();
      setOver(false);
      const file = event.dataTransfer?.files[0];
      if (file !== undefined && latest.current.doing === "no") latest.current.read(file);
    };
    window.addEventListener("dragover", drag);
    window.addEventListener("dragleave", leave);
    window.addEventListener("drop", drop);
    return () => {
      window.removeEventListener("dragover", drag);
      window.removeEventListener("dragleave", leave);
      window.removeEventListener("drop", drop);
    };
  }, []);

  return (
    <>
      <button type="button" class="quiet door-link" disabled={busy} onClick={() => input.current?.click()}>
        {icons.openFile}
        {entering.doing === "reading" ? words.readingFile : words.openFile}
      </button>
      <input
        ref={input}
        type="file"
        accept={FILE_TYPES}
        aria-label={words.openFile}
        hidden
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          event.currentTarget.value = "";
          if (file !== undefined) entering.read(file);
        }}
      />
      {over && (
        <div class="door-drop" aria-hidden="true">
          <p>{words.dropFile}</p>
        </div>
      )}
    </>
  );
}
