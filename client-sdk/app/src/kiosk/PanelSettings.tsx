/** What a panel is to the server: nobody yet, waiting with a code to be approved, or a name in a room. */
import { useState } from "preact/hooks";
import { place } from "../state/device";
import { useStore } from "../state/store";
import { words } from "../words";
import { usePairing } from "./pairing";

export function PanelSettings() {
  const approved = useStore(place);
  const [asking, setAsking] = useState(false);
  if (approved !== null) {
    return (
      <div class="panel-settings">
        <p class="panel-name">{approved.name}</p>
        <p>{words.placeOf(approved.site, approved.room)}</p>
        <p class="hint">{words.panelLookedAfter(location.host)}</p>
      </div>
    );
  }
  return (
    <div class="panel-settings">
      {!asking && <p class="hint">{words.pairHint}</p>}
      {asking ? (
        <Code />
      ) : (
        <button type="button" onClick={() => setAsking(true)}>
          {words.showPairingCode}
        </button>
      )}
    </div>
  );
}

function Code() {
  const pairing = usePairing();
  if (pairing.is === "failed") return <p role="alert">{words.pairingFailed}</p>;
  return (
    <>
      <p>{words.pairingLead(location.host)}</p>
      <p class="pairing-code" role="status">
        {pairing.is === "shown" ? pairing.code : words.pairingAsked}
      </p>
      <p class="hint">{words.pairingWaits}</p>
    </>
  );
}
