/** Opening a file as a new board: by a button, or dropped anywhere on the front door. */
import { useEffect, useRef, useState } from "preact/hooks";
import { icons } from "../board/icons";
import { onFileDrops } from "../ui/file-drops";
import { words } from "../words";
import type { Entering } from "./entering";
import { FILE_TYPES } from "./open-file";

export function OpenFile({ entering }: { entering: Entering }) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const busy = entering.doing !== "no";
  const latest = useRef(entering);
  latest.current = entering;

  useEffect(
    () =>
      onFileDrops({
        over: setOver,
        rest: ([file]) => {
          if (file !== undefined && latest.current.doing === "no") latest.current.read(file);
        },
      }),
    [],
  );

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
