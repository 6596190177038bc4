/** Making an account: the first administrator's, or that of somebody who was invited. */
import type { ComponentChildren } from "preact";
import { type Dispatch, type StateUpdater, useEffect, useState } from "preact/hooks";
import { go, peoplePath } from "../route";
import { noteSignedIn } from "../state/entry";
import { identity, rename } from "../state/identity";
import { Field } from "../ui/Field";
import { words } from "../words";
import { PeoplePage } from "./PeoplePage";
import { ProviderButton } from "./ProviderButton";
import { type Account, ask, askMe } from "./requests";
import { Submit } from "./Submit";
import { useAsked } from "./use-asked";

/** What stands behind `#` in the address, which no server sees. */
function fragment(): string {
  return location.hash.slice(1);
}

/** It, also when the link is opened where this screen is shown already: the page is not loaded again for that. */
export function useFragment(): [string, Dispatch<StateUpdater<string>>] {
  const [value, setValue] = useState(fragment);
  useEffect(() => {
    const take = (): void => setValue(fragment());
    window.addEventListener("hashchange", take);
    return () => window.removeEventListener("hashchange", take);
  }, []);
  return [value, setValue];
}

export function SetUp() {
  const [secret, setSecret] = useFragment();
  return (
    <PeoplePage title={words.setUpTitle}>
      <p class="people-lead">{words.setUpLead}</p>
      <AccountForm
        label={words.setUp}
        send={(account) => ask<Account>("POST", "setup", { ...account, secret: secret.trim() })}
        before={<Field label={words.setUpSecret} hint={words.setUpSecretHint} value={secret} onInput={setSecret} />}
      />
    </PeoplePage>
  );
}

export function Invite() {
  const [token] = useFragment();
  const provider = useAsked(askMe).value?.provider ?? null;
  return (
    <PeoplePage title={words.inviteTitle}>
      <p class="people-lead">{words.inviteLead}</p>
      {provider !== null && (
        <>
          <ProviderButton provider={provider} label={words.joinWith(provider.label)} invitation={token} />
          <p class="hint">{words.orWithPassword}</p>
        </>
      )}
      <AccountForm label={words.makeAccount} send={(account) => ask<Account>("POST", "invitations/accept", { ...account, token })} />
    </PeoplePage>
  );
}

interface Typed {
  readonly login: string;
  readonly name: string;
  readonly password: string;
}

interface AccountFormProps {
  readonly label: string;
  readonly send: (typed: Typed) => Promise<Account>;
  readonly before?: ComponentChildren;
}

function AccountForm({ label, send, before }: AccountFormProps) {
  const [login, setLogin] = useState("");
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const make = async (): Promise<void> => {
    const account = await send({ login, name: name.trim() === "" ? identity.get().name : name, password });
    rename(account.name);
    noteSignedIn(true);
    go(peoplePath(account.administrator ? "admin" : "account"));
  };
  return (
    <Submit label={label} send={make}>
      {before}
      <Field label={words.yourName} hint={words.nameHint} value={name} fill="name" maxLength={60} onInput={setName} />
      <Field label={words.login} hint={words.loginHint} value={login} fill="username" maxLength={64} onInput={setLogin} />
      <Field label={words.password} hint={words.passwordHint} value={password} fill="new-password" secret onInput={setPassword} />
    </Submit>
  );
}
