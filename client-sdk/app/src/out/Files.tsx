/** Files that leave a board and drawings that are dropped on it. What does the work is loaded when it is wanted. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { dialog } from "../board/dialogs";
import type { Session } from "../board/session";
import { useStore } from "../state/store";
import { Dialog } from "../ui/Dialog";
import { say } from "../ui/Toasts";
import { words } from "../words";
import { takeDrops } from "./drops";
import type { ExportDialogProps } from "./ExportDialog";

export function Files({ session }: { session: Session }) {
  const [refused, setRefused] = useState<string | null>(null);
  useEffect(() => takeDrops(session, setRefused), [session]);

  return (
    <>
      {useStore(dialog) === "export" && <LazyExport session={session} onClose={() => dialog.set(null)} />}
      {refused !== null && (
        <Dialog
          title={words.bringIn}
          onClose={() => setRefused(null)}
          actions={
            <button type="button" class="primary" data-first onClick={() => setRefused(null)}>
              {words.close}
            </button>
          }
        >
          <p role="alert">{refused}</p>
        </Dialog>
      )}
    </>
  );
}

function LazyExport(props: ExportDialogProps) {
  const [Shown, setShown] = useState<ComponentType<ExportDialogProps> | null>(null);
  useEffect(() => {
    let wanted = true;
    import("./ExportDialog").then(
      ({ ExportDialog }) => wanted && setShown(() => ExportDialog),
      (error: unknown) => {
        console.warn(error);
        say(words.exportNotLoaded);
        props.onClose();
      },
    );
    return () => {
      wanted = false;
    };
  }, []);
  return Shown === null ? null : <Shown {...props} />;
}
