/** A panel's own screen: it waits for a touch, shows a board, and waits again. */
import { useState } from "preact/hooks";
import { useStore } from "../state/store";
import { Dialog } from "../ui/Dialog";
import { words } from "../words";
import { useHeartbeat } from "./heartbeat";
import { IdleScreen } from "./IdleScreen";
import { KioskBoard } from "./KioskBoard";
import { panel } from "./panel";
import { PanelSettings } from "./PanelSettings";

export function KioskScreen() {
  const { open } = useStore(panel);
  // Whoever sets a panel up opens `/kiosk?pair`.
  const [pairing, setPairing] = useState(() => new URLSearchParams(location.search).has("pair"));
  useHeartbeat();
  const close = (): void => {
    setPairing(false);
    // A panel that reloads later shows its own screen.
    const here = new URL(location.href);
    here.searchParams.delete("pair");
    history.replaceState(history.state, "", here);
  };
  return (
    <div class="kiosk">
      {open === null ? <IdleScreen /> : <KioskBoard key={open.board} open={open} />}
      {pairing && (
        <Dialog title={words.thisPanel} onClose={close} class="panel-dialog">
          <PanelSettings />
        </Dialog>
      )}
    </div>
  );
}
