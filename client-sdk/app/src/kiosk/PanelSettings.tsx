/** What a panel is to the server: nobody yet, waiting with a code to be approved, or a name in a room. */
import { useEffect, useRef, useState } from "preact/hooks";
import { place } from "../state/device";
import { useStore } from "../state/store";
import { words } from "../words";
import { usePairing } from "./pairing";

export function PanelSettings() {
  const approved = useStore(place);
  const [asking, setAsking] = useState(false);
  const all = useRef<HTMLDivElement>(null);
  // The button that had the focus has gone; the keys of the dialog around go on working.
  useEffect(() => {
    if (document.activeElement === document.body) all.current?.focus();
  }, [asking, approved]);
  return (
    <div class="panel-settings" tabIndex={-1} ref={all}>
      {approved !== null ? (
        <>
          <p class="panel-name">{approved.name}</p>
          <p>{words.placeOf(approved.site, approved.room)}</p>
          <p class="hint">{words.panelLookedAfter(location.host)}</p>
        </>
      ) : asking ? (
        <Code />
      ) : (
        <>
          <p class="hint">{words.pairHint}</p>
          <button type="button" onClick={() => setAsking(true)}>
            {words.showPairingCode}
          </button>
        </>
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
