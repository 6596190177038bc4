/** An account's connection with a provider: to make it, and to take it away where there is another way in. */
import { useState } from "preact/hooks";
import { say } from "../ui/Toasts";
import { words } from "../words";
import { Problem } from "./Problem";
import { ProviderButton } from "./ProviderButton";
import { ask, type ProviderOffer, sentenceOf, type Ways } from "./requests";
import { dayAndTime } from "./time";

export interface ProviderCardProps {
  readonly provider: ProviderOffer;
  readonly ways: Ways;
  readonly again: () => void;
}

export function ProviderCard({ provider, ways, again }: ProviderCardProps) {
  const [refused, setRefused] = useState<string | null>(null);
  const disconnect = async (): Promise<void> => {
    setRefused(null);
    await ask<undefined>("DELETE", "me/provider");
    say(words.disconnected);
    again();
  };
  return (
    <section class="people-card" aria-labelledby="people-provider">
      <h2 id="people-provider">{words.provider(provider.label)}</h2>
      <Problem sentence={refused} />
      {ways.provider === null ? (
        <>
          <p class="hint">{words.notConnected(provider.label)}</p>
          <ProviderButton provider={provider} label={words.connectWith(provider.label)} connect />
        </>
      ) : (
        <div class="people-row">
          <div class="people-who">
            <p class="people-name">{words.connectedTo(provider.label)}</p>
            <p class="hint">{words.connectedAs(ways.provider.shown, dayAndTime(ways.provider.since_ms))}</p>
            {!ways.password && <p class="hint">{words.onlyWay}</p>}
          </div>
          {ways.password && (
            <div class="people-acts">
              <button type="button" onClick={() => void disconnect().catch((error: unknown) => setRefused(sentenceOf(error)))}>
                {words.disconnect}
              </button>
            </div>
          )}
        </div>
      )}
    </section>
  );
}
