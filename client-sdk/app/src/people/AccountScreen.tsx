/** One's account: signing in, and when one is, the password and the way out. */
import { useState } from "preact/hooks";
import { doorPath, peoplePath } from "../route";
import { noteSignedIn } from "../state/entry";
import { rename } from "../state/identity";
import { Field } from "../ui/Field";
import { say } from "../ui/Toasts";
import { Way } from "../ui/Way";
import { words } from "../words";
import { KeyList } from "./KeyList";
import { PeoplePage } from "./PeoplePage";
import { Problem } from "./Problem";
import { type Account, ask, type Me } from "./requests";
import { Submit } from "./Submit";
import { useAsked } from "./use-asked";

const askMe = () => ask<Me>("GET", "me");

export function AccountScreen() {
  const { value: me, problem, again } = useAsked(askMe);
  if (me === null) return <PeoplePage title={words.account}><Problem sentence={problem} /></PeoplePage>;
  if (me.account === null) return me.set_up ? <SignIn done={again} /> : <NoAccounts />;
  return <Own account={me.account} again={again} />;
}

/** A server without accounts: whoever looks after it makes the first one, and everybody else needs none. */
function NoAccounts() {
  return (
    <PeoplePage title={words.noAccountsTitle}>
      <p class="people-lead">{words.noAccountsLead}</p>
      <div class="people-acts">
        <Way to={doorPath()} look="button primary">
          {words.toFrontDoor}
        </Way>
        <Way to={peoplePath("setup")} look="button">
          {words.setUpTitle}
        </Way>
      </div>
    </PeoplePage>
  );
}

function SignIn({ done }: { done: () => void }) {
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const send = async (): Promise<void> => {
    const account = await ask<Account>("POST", "sign-in", { login, password });
    rename(account.name);
    noteSignedIn(true);
    done();
  };
  return (
    <PeoplePage title={words.signIn}>
      <p class="people-lead">{words.signInLead}</p>
      <Submit label={words.signIn} send={send}>
        <Field label={words.login} value={login} fill="username" onInput={setLogin} />
        <Field label={words.password} value={password} fill="current-password" secret onInput={setPassword} />
      </Submit>
      <p class="hint">{words.howToGetAnAccount}</p>
    </PeoplePage>
  );
}

function Own({ account, again }: { account: Account; again: () => void }) {
  const [present, setPresent] = useState("");
  const [next, setNext] = useState("");
  const change = async (): Promise<void> => {
    await ask<Account>("POST", "me/password", { present, new: next });
    setPresent("");
    setNext("");
    say(words.passwordChanged);
  };
  const signOut = async (): Promise<void> => {
    await ask<undefined>("POST", "sign-out");
    noteSignedIn(false);
    again();
  };
  return (
    <PeoplePage title={words.account}>
      <section class="people-card" aria-label={account.name}>
        <div class="people-who">
          <p class="people-name">{account.name}</p>
          <p class="hint">{account.login}</p>
        </div>
        <div class="people-acts">
          <Way to={doorPath()} look="button primary">
            {words.startBoard}
          </Way>
          <Way to={peoplePath("panels")} look="button">
            {words.panels}
          </Way>
          {account.administrator && (
            <Way to={peoplePath("admin")} look="button">
              {words.administration}
            </Way>
          )}
          <button type="button" onClick={() => void signOut()}>
            {words.signOut}
          </button>
        </div>
      </section>
      <section class="people-card" aria-labelledby="people-password">
        <h2 id="people-password">{words.changePassword}</h2>
        <p class="hint">{words.changePasswordHint}</p>
        <Submit label={words.changePassword} send={change}>
          <Field label={words.passwordNow} value={present} fill="current-password" secret onInput={setPresent} />
          <Field label={words.passwordNew} hint={words.passwordHint} value={next} fill="new-password" secret onInput={setNext} />
        </Submit>
      </section>
      <KeyList administrator={account.administrator} />
    </PeoplePage>
  );
}
