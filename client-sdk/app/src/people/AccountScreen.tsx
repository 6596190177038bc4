/** One's account: signing in, and when one is, the password and the way out. */
import { useEffect, useState } from "preact/hooks";
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
import { ProviderButton } from "./ProviderButton";
import { ProviderCard } from "./ProviderCard";
import { takeProviderEnd } from "./provider-end";
import { type Account, ask, askMe, type Me, type ProviderOffer } from "./requests";
import { Submit } from "./Submit";
import { useAsked } from "./use-asked";

export function AccountScreen() {
  const { value: me, problem, again } = useAsked(askMe);
  const [end, setEnd] = useState(takeProviderEnd);
  // At the provider, this browser may still be signed in.
  const [left, setLeft] = useState(false);
  const account = me?.account ?? null;
  useEffect(() => {
    if (account === null || end === null || end.end === "problem") return;
    if (end.end === "connected") return say(words.connectedTo(me?.provider?.label ?? ""));
    rename(account.name);
    noteSignedIn(true);
  }, [account !== null]);
  if (me === null) return <PeoplePage title={words.account}><Problem sentence={problem} /></PeoplePage>;
  const came = end?.end === "problem" ? end.sentence : null;
  if (me.account === null && !me.set_up) return <NoAccounts provider={me.provider} came={came} />;
  const done = (): void => {
    setEnd(null);
    again();
  };
  if (me.account === null) return <SignIn provider={me.provider} came={came} left={left} done={done} />;
  const out = (): void => {
    setLeft(me.provider?.ends === true && me.ways !== null && me.ways.provider !== null);
    again();
  };
  return <Own me={me} account={me.account} came={came} again={again} out={out} />;
}

/** A server without accounts: whoever looks after it makes the first one, and everybody else needs none. */
function NoAccounts({ provider, came }: { provider: ProviderOffer | null; came: string | null }) {
  return (
    <PeoplePage title={words.noAccountsTitle}>
      <p class="people-lead">{words.noAccountsLead}</p>
      <Problem sentence={came} />
      {provider !== null && <ProviderButton provider={provider} label={words.signInWith(provider.label)} />}
      <div class="people-acts">
        <Way to={doorPath()} look={provider === null ? "button primary" : "button"}>
          {words.toFrontDoor}
        </Way>
        <Way to={peoplePath("setup")} look="button">
          {words.setUpTitle}
        </Way>
      </div>
    </PeoplePage>
  );
}

interface SignInProps {
  readonly provider: ProviderOffer | null;
  /** What was wrong with a way to the provider. */
  readonly came: string | null;
  /** Whether one has just signed out here, and not there. */
  readonly left: boolean;
  readonly done: () => void;
}

function SignIn({ provider, came, left, done }: SignInProps) {
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
      <Problem sentence={came} />
      {provider !== null && left && (
        <div class="people-made" role="status">
          <p class="hint">{words.signedOutHere(provider.label)}</p>
          <a class="button" href="/api/v1/oidc/end">
            {words.signOutThere(provider.label)}
          </a>
        </div>
      )}
      {provider !== null && (
        <>
          <ProviderButton provider={provider} label={words.signInWith(provider.label)} />
          <p class="hint">{words.orWithPassword}</p>
        </>
      )}
      <Submit label={words.signIn} send={send}>
        <Field label={words.login} value={login} fill="username" onInput={setLogin} />
        <Field label={words.password} value={password} fill="current-password" secret onInput={setPassword} />
      </Submit>
      <p class="hint">{words.howToGetAnAccount}</p>
    </PeoplePage>
  );
}

interface OwnProps {
  readonly me: Me;
  readonly account: Account;
  readonly came: string | null;
  readonly again: () => void;
  readonly out: () => void;
}

function Own({ me, account, came, again, out }: OwnProps) {
  const [present, setPresent] = useState("");
  const [next, setNext] = useState("");
  const { provider, ways } = me;
  const hasPassword = ways?.password !== false;
  const change = async (): Promise<void> => {
    await ask<Account>("POST", "me/password", { present, new: next });
    setPresent("");
    setNext("");
    say(words.passwordChanged);
    again();
  };
  const signOut = async (): Promise<void> => {
    await ask<undefined>("POST", "sign-out");
    noteSignedIn(false);
    out();
  };
  const passwordTitle = hasPassword ? words.changePassword : words.setPassword;
  return (
    <PeoplePage title={words.account}>
      <Problem sentence={came} />
      <section class="people-card" aria-label={account.name}>
        <div class="people-who">
          <p class="people-name">{account.name}</p>
          <p class="hint">{account.login}</p>
        </div>
        <div class="people-acts">
          <Way to={doorPath()} look="button primary">
            {words.startBoard}
          </Way>
          <Way to={peoplePath("timetable")} look="button">
            {words.timetable}
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
      {provider !== null && ways !== null && <ProviderCard provider={provider} ways={ways} again={again} />}
      <section class="people-card" aria-labelledby="people-password">
        <h2 id="people-password">{passwordTitle}</h2>
        <p class="hint">{hasPassword ? words.changePasswordHint : words.setPasswordHint(provider?.label ?? "")}</p>
        <Submit label={passwordTitle} send={change}>
          {hasPassword && <Field label={words.passwordNow} value={present} fill="current-password" secret onInput={setPresent} />}
          <Field label={words.passwordNew} hint={words.passwordHint} value={next} fill="new-password" secret onInput={setNext} />
        </Submit>
      </section>
      <KeyList administrator={account.administrator} />
    </PeoplePage>
  );
}
