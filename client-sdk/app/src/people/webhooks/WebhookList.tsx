/** For administrators: the programs that are told what happens, and the way to add another. */
import { useEffect, useState } from "preact/hooks";
import { words } from "../../words";
import { Problem } from "../Problem";
import { ask, Refused } from "../requests";
import { ShownOnce } from "../ShownOnce";
import { Submit } from "../Submit";
import { useAsked } from "../use-asked";
import { askWebhooks, EVENTS, type Webhook } from "./webhook";
import { type WebhookDraft, WebhookFields } from "./WebhookFields";
import { WebhookItem } from "./WebhookItem";

const EMPTY: WebhookDraft = { url: "", description: "", events: EVENTS };
/** Milliseconds between two looks at how they are, while the page is looked at. */
const LOOK = 10_000;

export function WebhookList({ acted }: { acted: () => void }) {
  const { value: webhooks, problem, again } = useAsked(askWebhooks);
  const [draft, setDraft] = useState(EMPTY);
  const [secret, setSecret] = useState<string | null>(null);
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === "visible" && again(), LOOK);
    return () => clearInterval(timer);
  }, [again]);
  const changed = (): void => {
    again();
    acted();
  };
  const add = async (): Promise<void> => {
    if (draft.events.length === 0) throw new Refused("no_event");
    const made = await ask<Webhook>("POST", "webhooks", draft);
    setDraft(EMPTY);
    setSecret(made.secret ?? null);
    changed();
  };
  return (
    <section class="people-card" aria-labelledby="people-webhooks">
      <h2 id="people-webhooks">{words.webhooks}</h2>
      <p class="hint">{words.webhooksHint}</p>
      <Problem sentence={problem} />
      {webhooks !== null && webhooks.length > 0 && (
        <ul class="people-rows">
          {webhooks.map((webhook) => (
            <WebhookItem key={webhook.webhook} webhook={webhook} changed={changed} />
          ))}
        </ul>
      )}
      <div class="webhook-new">
        <Submit label={words.addWebhook} send={add}>
          <WebhookFields draft={draft} change={setDraft} />
        </Submit>
      </div>
      {secret !== null && <ShownOnce label={words.webhookSecret} secret={secret} copy={words.copySecret} copied={words.secretCopied} />}
    </section>
  );
}
