/** What was sent to one program lately: what became of each, and the way to send it again, or a test. */
import { useCallback, useEffect, useState } from "preact/hooks";
import { words } from "../../words";
import { Problem } from "../Problem";
import { ask, sentenceOf } from "../requests";
import { dayAndTime } from "../time";
import { useAsked } from "../use-asked";
import type { Delivery, Webhook } from "./webhook";

/** Milliseconds between two looks, while the page is looked at. */
const LOOK = 2_000;
/** So many are shown at first; the rest on demand. */
const FIRST = 10;

export interface DeliveriesProps {
  readonly webhook: Webhook;
  readonly sent: () => void;
}

export function Deliveries({ webhook, sent }: DeliveriesProps) {
  const path = `webhooks/${webhook.webhook}`;
  const { value: deliveries, problem, again } = useAsked(useCallback(() => ask<readonly Delivery[]>("GET", `${path}/deliveries`), [path]));
  const [refused, setRefused] = useState<string | null>(null);
  const [all, setAll] = useState(false);
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === "visible" && again(), LOOK);
    return () => clearInterval(timer);
  }, [again]);
  const send = (what: string): void => {
    setRefused(null);
    ask<Delivery>("POST", `${path}/${what}`).then(
      () => {
        again();
        sent();
      },
      (error: unknown) => setRefused(sentenceOf(error)),
    );
  };
  const shown = all ? deliveries : deliveries?.slice(0, FIRST);
  return (
    <div class="panel-more">
      <div class="people-acts">
        <button type="button" onClick={() => send("ping")}>
          {words.tryWebhook}
        </button>
      </div>
      <Problem sentence={refused ?? problem} />
      {deliveries?.length === 0 && <p class="hint">{words.noDeliveries}</p>}
      <ul class="people-rows" aria-label={words.deliveries}>
        {shown?.map((delivery) => (
          <li key={delivery.delivery} class="people-row">
            <div class="people-who">
              <p class="people-name">{words.webhookEvents[delivery.event]}</p>
              <p class="panel-state" data-online={delivery.state === "delivered" ? "" : undefined}>
                {outcomeOf(delivery)}
              </p>
              <p class="hint">{detailsOf(delivery).join(" · ")}</p>
            </div>
            <div class="people-acts">
              <button type="button" onClick={() => send(`deliveries/${delivery.delivery}/send`)}>
                {delivery.state === "waiting" ? words.sendNow : words.sendAgain}
              </button>
            </div>
          </li>
        ))}
      </ul>
      {!all && deliveries !== null && deliveries.length > FIRST && (
        <button type="button" onClick={() => setAll(true)}>
          {words.olderEntries}
        </button>
      )}
    </div>
  );
}

/** What became of the last try. */
function outcomeOf({ state, status, error, took_ms: took }: Delivery): string {
  if (status !== null) return state === "delivered" ? words.deliveryTaken(status, took ?? 0) : words.deliveryAnswered(status, took ?? 0);
  if (error === null) return words.deliveryNotYet;
  const [code = ""] = error.split(":");
  return code === "address" || code === "timeout" ? words.deliveryUnanswered[code] : words.deliveryUnanswered.unreachable;
}

function detailsOf({ at_ms: at, state, attempts, due_ms: due }: Delivery): string[] {
  const tries = attempts === 0 ? [dayAndTime(at)] : [dayAndTime(at), words.deliveryTries(attempts)];
  if (state === "failed") return [...tries, words.deliveryOver];
  return due === null || attempts === 0 ? tries : [...tries, words.deliveryNext(dayAndTime(due))];
}
