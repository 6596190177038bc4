/** The fields of a webhook: where it goes, what it is for, what it tells. */
import { Field } from "../../ui/Field";
import { Switch } from "../../ui/Switch";
import { words } from "../../words";
import { EVENTS, type WebhookEvent } from "./webhook";

export interface WebhookDraft {
  readonly url: string;
  readonly description: string;
  readonly events: readonly WebhookEvent[];
}

export function WebhookFields({ draft, change }: { draft: WebhookDraft; change: (draft: WebhookDraft) => void }) {
  const { events } = draft;
  return (
    <>
      <Field label={words.webhookUrl} hint={words.webhookUrlHint} value={draft.url} maxLength={2_000} onInput={(url) => change({ ...draft, url })} />
      <Field label={words.webhookDescription} value={draft.description} maxLength={200} onInput={(description) => change({ ...draft, description })} />
      <div role="group" aria-label={words.webhookTells}>
        {EVENTS.map((event) => (
          <Switch
            key={event}
            label={words.webhookEvents[event]}
            on={events.includes(event)}
            onChange={(on) => change({ ...draft, events: EVENTS.filter((other) => (other === event ? on : events.includes(other))) })}
          />
        ))}
      </div>
    </>
  );
}
