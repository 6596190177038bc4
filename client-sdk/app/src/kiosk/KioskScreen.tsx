/** A panel's own screen: it waits for a touch, shows a board, and waits again. */
import { useStore } from "../state/store";
import { IdleScreen } from "./IdleScreen";
import { KioskBoard } from "./KioskBoard";
import { panel } from "./panel";

export function KioskScreen() {
  const { open } = useStore(panel);
  return <div class="kiosk">{open === null ? <IdleScreen /> : <KioskBoard key={open.board} open={open} />}</div>;
}
