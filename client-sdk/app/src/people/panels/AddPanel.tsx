/** Approving a panel: its code is looked up, so that one sees what asks, and then it gets its name and place. */
import { useState } from "preact/hooks";
import { Field } from "../../ui/Field";
import { say } from "../../ui/Toasts";
import { words } from "../../words";
import { ask, Refused, type WaitingPanel } from "../requests";
import { Submit } from "../Submit";
import { timeOfDay } from "../time";
import { NAME_LETTERS_MAX, PlaceFields } from "./PlaceFields";

interface Found extends WaitingPanel {
  readonly code: string;
}

export interface AddPanelProps {
  /** Where the next panel most likely is. */
  readonly site: string;
  readonly added: () => void;
}

export function AddPanel({ site, added }: AddPanelProps) {
  const [code, setCode] = useState("");
  const [found, setFound] = useState<Found | null>(null);
  const [place, setPlace] = useState({ name: "", site: "", room: "" });
  const find = async (): Promise<void> => {
    const digits = code.normalize("NFKC").replace(/\D/g, "");
    if (digits.length !== 8) throw new Refused("eight_digits");
    setFound({ ...(await ask<WaitingPanel>("GET", `panels/pairings/${digits}`)), code: digits });
    setPlace({ name: "", site, room: "" });
  };
  const approve = async (): Promise<void> => {
    await ask<unknown>("POST", "panels", { code: found?.code ?? "", ...place });
    say(words.panelApproved(place.name));
    setCode("");
    setFound(null);
    added();
  };
  return (
    <section class="people-card" aria-labelledby="panels-add">
      <h2 id="panels-add">{words.addPanel}</h2>
      {found === null ? (
        <>
          <p class="hint">{words.addPanelHint}</p>
          <Submit key="find" label={words.lookForPanel} send={find}>
            <Field label={words.pairingCode} value={code} inputMode="numeric" maxLength={NAME_LETTERS_MAX} onInput={setCode} />
          </Submit>
        </>
      ) : (
        <>
          <p>{words.panelAsks(found.browser, timeOfDay(found.asked_ms))}</p>
          <Submit key="approve" label={words.approve} send={approve} cancel={() => setFound(null)}>
            <PlaceFields place={place} change={setPlace} />
          </Submit>
        </>
      )}
    </section>
  );
}
