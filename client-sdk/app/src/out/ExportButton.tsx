/** Asks for the export dialog. */
import { dialog } from "../board/dialogs";
import { icons } from "../board/icons";
import { useStore } from "../state/store";
import { IconButton } from "../ui/IconButton";
import { words } from "../words";

export function ExportButton() {
  const open = useStore(dialog) === "export";
  return <IconButton label={words.export} icon={icons.export} popup="dialog" expanded={open} onClick={() => dialog.set("export")} />;
}
