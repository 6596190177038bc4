/** Setting a forgotten password anew, by a link from an administrator. */
import { useState } from "preact/hooks";
import { go, peoplePath } from "../route";
import { noteSignedIn } from "../state/entry";
import { rename } from "../state/identity";
import { Field } from "../ui/Field";
import { words } from "../words";
import { useFragment } from "./NewAccount";
import { PeoplePage } from "./PeoplePage";
import { type Account, ask } from "./requests";
import { Submit } from "./Submit";

export function Reset() {
  const [token] = useFragment();
  const [password, setPassword] = useState("");
  const send = async (): Promise<void> => {
    const account = await ask<Account>("POST", "invitations/reset", { token, password });
    rename(account.name);
    noteSignedIn(true);
    go(peoplePath("account"));
  };
  return (
    <PeoplePage title={words.resetTitle}>
      <p class="people-lead">{words.resetLead}</p>
      <Submit label={words.resetDo} send={send}>
        <Field label={words.passwordNew} hint={words.passwordHint} value={password} fill="new-password" secret onInput={setPassword} />
      </Submit>
    </PeoplePage>
  );
}
