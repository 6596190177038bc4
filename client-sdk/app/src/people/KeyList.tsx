/** One's keys for programs: what each may be used for, until when, and the way to revoke it. */
import { useState } from "preact/hooks";
import { Field } from "../ui/Field";
import { Segmented } from "../ui/Segmented";
import { Switch } from "../ui/Switch";
import { words } from "../words";
import { Problem } from "./Problem";
import { type ApiKey, ask, Refused, SCOPES, type Scope, sentenceOf } from "./requests";
import { RevokeRow } from "./RevokeRow";
import { ShownOnce } from "./ShownOnce";
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
  return (
    <section class="people-card" aria-labelledby="people-keys">
      <h2 id="people-keys">{words.keys}</h2>
      <p class="hint">{words.keysHint}</p>
      <Problem sentence={refused ?? problem} />
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
      {token !== null && <ShownOnce label={words.key} secret={token} copy={words.copyKey} copied={words.keyCopied} />}
      {keys !== null && keys.length > 0 && (
        <ul class="people-rows">
          {keys.map((key) => (
            <RevokeRow
              key={key.key}
              name={key.name}
              gives={words.keyGives(key.scopes.map((scope) => words.scopes[scope]), dayAndTime(key.ends_ms))}
              revoke={() => void revoke(key.key).catch((error: unknown) => setRefused(sentenceOf(error)))}
            />
          ))}
        </ul>
      )}
    </section>
  );
}
