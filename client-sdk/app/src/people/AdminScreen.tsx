/** For administrators: who may start a board, who has an account, who is invited, which programs are told what happens, and what was done. */
import { useState } from "preact/hooks";
import { Segmented } from "../ui/Segmented";
import { say } from "../ui/Toasts";
import { words } from "../words";
import { AccountList } from "./AccountList";
import { AuditList } from "./AuditList";
import { InvitationList } from "./InvitationList";
import { PeoplePage } from "./PeoplePage";
import { Problem } from "./Problem";
import { ask, askMe, sentenceOf, type Starts } from "./requests";
import { SignInFirst } from "./SignInFirst";
import { useAsked } from "./use-asked";
import { WebhookList } from "./webhooks/WebhookList";

export function AdminScreen() {
  const { value: me, problem, again, foresee } = useAsked(askMe);
  const [done, setDone] = useState(0);
  const acted = (): void => setDone((before) => before + 1);
  if (me === null) return <PeoplePage title={words.administration}><Problem sentence={problem} /></PeoplePage>;
  if (me.account === null || !me.account.administrator) return <SignInFirst title={words.administration} lead={words.onlyAdministrators} />;
  const set = (starts: Starts): void => {
    foresee({ ...me, starts });
    ask<undefined>("PUT", "settings", { starts })
      .then(acted)
      .catch((error: unknown) => say(sentenceOf(error)))
      .finally(again);
  };
  return (
    <PeoplePage title={words.administration} wide>
      <section class="people-card" aria-labelledby="people-starts">
        <h2 id="people-starts">{words.boards}</h2>
        <Segmented
          label={words.whoStarts}
          segments={[
            { value: "anyone", name: words.startsAnyone },
            { value: "accounts", name: words.startsAccounts },
          ]}
          value={me.starts}
          onChange={set}
        />
        <p class="hint">{words.startsHint}</p>
      </section>
      <AccountList own={me.account.account} acted={acted} />
      <InvitationList acted={acted} />
      <WebhookList acted={acted} />
      <AuditList done={done} />
    </PeoplePage>
  );
}
