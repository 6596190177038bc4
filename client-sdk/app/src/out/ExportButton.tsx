/** Opens the export dialog, which is loaded only then. */
import type { ComponentType } from "preact";
import { useState } from "preact/hooks";
import { icons } from "../board/icons";
import type { Session } from "../board/session";
import { IconButton } from "../ui/IconButton";
import { say } from "../ui/Toasts";
import { words } from "../words";
import type { ExportDialogProps } from "./ExportDialog";

export function ExportButton({ session }: { session: Session }) {
  const [Shown, setShown] = useState<ComponentType<ExportDialogProps> | null>(null);

  const open = async (): Promise<void> => {
    try {
      const { ExportDialog } = await import("./ExportDialog");
      setShown(() => ExportDialog);
    } catch (error) {
      console.warn(error);
      say(words.exportNotLoaded);
    }
  };

  return (
    <>
      <IconButton label={words.export} icon={icons.export} popup="dialog" onClick={() => void open()} />
      {Shown !== null && <Shown session={session} onClose={() => setShown(null)} />}
    </>
  );
}
