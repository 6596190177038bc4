/** One's keys for programs: what each may be used for, until when, and the way to revoke it. */
import { useState } from "preact/hooks";
import { copyText } from "../board/clipboard";
import { icons } from "../board/icons";
import { Field } from "../ui/Field";
import { Segmented } from "../ui/Segmented";
import { Switch } from "../ui/Switch";
import { say } from "../ui/Toasts";
import { words } from "../words";
import { type ApiKey, ask, Refused, SCOPES, type Scope, sentenceOf } from "./requests";
import { Submit } from "./Submit";
import { dayAndTime } from "./time";
import { useAsked } from "./use-asked";

type Length = "week" | "year";

const SECONDS: Readonly<Record<Length, number>> = { week: 7 * 86_400, year: 365 * 86_400 };

const askKeys = () => ask<readonly ApiKey[]>("GET", "me/keys");

export function KeyList({ administrator }: { administrator: boolean }) {
  const { value: keys, problem, again } = useAsked(askKeys);
  const [name, setName] = useState("");
  const [chosen, setChosen] = useState<readonly Scope[]>(["boards.read"]);
  const [length, setLength] = useState<Length>("year");
  const [token, setToken] = useState<string | null>(null);
  const [refused, setRefused] = useState<string | null>(null);
  const make = async (): Promise<void> => {
    if (chosen.length === 0) throw new Refused("no_scope");
    const made = await ask<ApiKey>("POST", "me/keys", { name, scopes: chosen, valid_s: SECONDS[length] });
    setName("");
    setToken(made.token ?? null);
    again();
  };
  const revoke = async (key: number): Promise<void> => {
    setRefused(null);
    await ask<undefined>("DELETE", `me/keys/${key}`);
    setToken(null);
    again();
  };
  const copy = async (text: string): Promise<void> => say((await copyText(text)) ? words.keyCopied : words.copyFailed);
  const wrong = refused ?? problem;
  return (
    <section class="people-card" aria-labelledby="people-keys">
      <h2 id="people-keys">{words.keys}</h2>
      <p class="hint">{words.keysHint}</p>
      {wrong !== null && (
        <p class="people-problem" role="alert">
          {wrong}
        </p>
      )}
      <Submit label={words.makeKey} send={make}>
        <Field label={words.keyName} hint={words.keyNameHint} value={name} maxLength={60} onInput={setName} />
        <div>
          {SCOPES.filter((scope) => administrator || !scope.startsWith("server.")).map((scope) => (
            <Switch
              key={scope}
              label={words.scopes[scope]}
              on={chosen.includes(scope)}
              onChange={(on) => setChosen(on ? [...chosen, scope] : chosen.filter((other) => other !== scope))}
            />
          ))}
        </div>
        <Segmented
          label={words.keyLength}
          segments={[
            { value: "week", name: words.lengths.week },
            { value: "year", name: words.lengths.year },
          ]}
          value={length}
          onChange={setLength}
        />
      </Submit>
      {token !== null && (
        <div class="people-made" role="status">
          <Field label={words.key} hint={words.toldOnce} value={token} readOnly />
          <button type="button" onClick={() => void copy(token)}>
            {icons.copy}
            {words.copyKey}
          </button>
        </div>
      )}
      {keys !== null && keys.length > 0 && (
        <ul class="people-list">
          {keys.map((key) => (
            <li key={key.key} class="people-row">
              <div class="people-who">
                <p class="people-name">{key.name}</p>
                <p class="hint">{words.keyGives(key.scopes.map((scope) => words.scopes[scope]), dayAndTime(key.ends_ms))}</p>
              </div>
              <div class="people-acts">
                <button type="button" class="danger" onClick={() => void revoke(key.key).catch((error: unknown) => setRefused(sentenceOf(error)))}>
                  {words.revoke}
                </button>
              </div>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
