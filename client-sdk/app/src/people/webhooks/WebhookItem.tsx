/** One webhook: how it is, and below it what one does about it. */
import { useState } from "preact/hooks";
import { Dialog } from "../../ui/Dialog";
import { words } from "../../words";
import { Problem } from "../Problem";
import { ask, Refused, sentenceOf } from "../requests";
import { ShownOnce } from "../ShownOnce";
import { Submit } from "../Submit";
import { dayAndTime } from "../time";
import { Deliveries } from "./Deliveries";
import { hostOf, type Webhook } from "./webhook";
import { WebhookFields } from "./WebhookFields";

type Shown = "nothing" | "deliveries" | "change" | "delete";

export interface WebhookItemProps {
  readonly webhook: Webhook;
  readonly changed: () => void;
}

export function WebhookItem({ webhook, changed }: WebhookItemProps) {
  const [shown, setShown] = useState<Shown>("nothing");
  const [refused, setRefused] = useState<string | null>(null);
  const path = `webhooks/${webhook.webhook}`;
  const numbers = numbersOf(webhook);
  const works = webhook.enabled && webhook.failing_since_ms === null;
  const toggle = (what: Shown): void => setShown(shown === what ? "nothing" : what);
  const act = (method: string, body?: unknown): void => {
    setRefused(null);
    ask<unknown>(method, path, body).then(changed, (error: unknown) => setRefused(sentenceOf(error)));
  };
  const remove = (): void => {
    setShown("nothing");
    act("DELETE");
  };
  return (
    <li class="panel-item">
      <div class="people-row">
        <div class="people-who">
          <p class="people-name">{hostOf(webhook.url)}</p>
          {webhook.description !== "" && <p>{webhook.description}</p>}
          <p class="panel-state" data-online={works ? "" : undefined}>
            {stateOf(webhook)}
          </p>
          <p class="hint">{webhook.events.map((event) => words.webhookEvents[event]).join(" · ")}</p>
          {numbers.length > 0 && <p class="hint">{numbers.join(" · ")}</p>}
        </div>
        <div class="people-acts">
          <button type="button" aria-expanded={shown === "deliveries"} onClick={() => toggle("deliveries")}>
            {words.deliveries}
          </button>
          <button type="button" aria-expanded={shown === "change"} onClick={() => toggle("change")}>
            {words.changeWebhook}
          </button>
          <button type="button" onClick={() => act("PATCH", { enabled: !webhook.enabled })}>
            {webhook.enabled ? words.disableWebhook : words.enableWebhook}
          </button>
          <button type="button" class="danger" aria-haspopup="dialog" onClick={() => setShown("delete")}>
            {words.deleteWebhook}
          </button>
        </div>
      </div>
      <Problem sentence={refused} />
      {shown === "deliveries" && <Deliveries webhook={webhook} sent={changed} />}
      {shown === "change" && <Change webhook={webhook} close={() => setShown("nothing")} changed={changed} />}
      {shown === "delete" && (
        <Dialog
          title={words.deleteWebhookTitle}
          onClose={() => setShown("nothing")}
          actions={
            <>
              <button type="button" data-first="" onClick={() => setShown("nothing")}>
                {words.cancel}
              </button>
              <button type="button" class="danger" onClick={remove}>
                {words.deleteWebhook}
              </button>
            </>
          }
        >
          <p>{words.deleteWebhookText(hostOf(webhook.url))}</p>
        </Dialog>
      )}
    </li>
  );
}

function Change({ webhook, close, changed }: { webhook: Webhook; close: () => void; changed: () => void }) {
  const { url, description, events } = webhook;
  const [draft, setDraft] = useState({ url, description, events });
  const [secret, setSecret] = useState<string | null>(null);
  const path = `webhooks/${webhook.webhook}`;
  const save = async (): Promise<void> => {
    if (draft.events.length === 0) throw new Refused("no_event");
    await ask<Webhook>("PATCH", path, draft);
    close();
    changed();
  };
  const roll = async (): Promise<void> => {
    const rolled = await ask<Webhook>("POST", `${path}/secret`);
    setSecret(rolled.secret ?? null);
    changed();
  };
  const until = webhook.old_secret_until_ms;
  return (
    <div class="panel-more">
      <Submit label={words.save} send={save} cancel={close}>
        <WebhookFields draft={draft} change={setDraft} />
      </Submit>
      <Submit label={words.newSecret} send={roll}>
        <p class="hint">{until === null ? words.newSecretHint : words.oldSecretUntil(dayAndTime(until))}</p>
      </Submit>
      {secret !== null && <ShownOnce label={words.webhookSecret} secret={secret} copy={words.copySecret} copied={words.secretCopied} />}
    </div>
  );
}

function stateOf({ enabled, disabled_by: by, failing_since_ms: since }: Webhook): string {
  if (enabled) return since === null ? words.webhookWorks : words.webhookFailing(dayAndTime(since));
  return by === "gone" ? words.webhookGone : by === "failing" ? words.webhookGivenUp : words.webhookOff;
}

function numbersOf({ waiting, dropped }: Webhook): string[] {
  const waits = waiting === 0 ? [] : [words.webhookWaiting(waiting)];
  return dropped === 0 ? waits : [...waits, words.webhookDropped(dropped)];
}
