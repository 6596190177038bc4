/** All accounts, and what an administrator changes about them. */
import { useState } from "preact/hooks";
import { words } from "../words";
import { Problem } from "./Problem";
import { type AccountRow, ask, type Invitation, sentenceOf } from "./requests";
import { ShownOnce } from "./ShownOnce";
import { useAsked } from "./use-asked";

const askAccounts = () => ask<readonly AccountRow[]>("GET", "accounts");

export interface AccountListProps {
  readonly own: number;
  /** Something was changed. */
  readonly acted: () => void;
}

export function AccountList({ own, acted }: AccountListProps) {
  const { value: accounts, problem, again } = useAsked(askAccounts);
  const [refused, setRefused] = useState<string | null>(null);
  const [reset, setReset] = useState<{ readonly account: number; readonly link: string } | null>(null);
  const failed = (error: unknown): void => setRefused(sentenceOf(error));
  const makeReset = async (account: number): Promise<void> => {
    setRefused(null);
    const made = await ask<Invitation>("POST", `accounts/${account}/reset`);
    setReset({ account, link: `${location.origin}/reset#${made.token ?? ""}` });
    acted();
  };
  const change = (account: number, body: { administrator?: boolean; closed?: boolean }): void => {
    setRefused(null);
    ask<undefined>("PATCH", `accounts/${account}`, body).then(
      () => {
        again();
        acted();
      },
      failed,
    );
  };
  return (
    <section class="people-card" aria-labelledby="people-accounts">
      <h2 id="people-accounts">{words.accounts}</h2>
      <Problem sentence={refused ?? problem} />
      <ul class="people-rows">
        {(accounts ?? []).map((row) => (
          <li key={row.account} class="people-row">
            <div class="people-who">
              <p class="people-name">{row.name}</p>
              <p class="hint">
                {row.login} · {row.closed ? words.closedAccount : row.administrator ? words.administrator : words.teacher}
              </p>
            </div>
            {row.account !== own && (
              <div class="people-acts">
                <button type="button" onClick={() => change(row.account, { administrator: !row.administrator })}>
                  {row.administrator ? words.makeTeacher : words.makeAdministrator}
                </button>
                <button type="button" class={row.closed ? "" : "danger"} onClick={() => change(row.account, { closed: !row.closed })}>
                  {row.closed ? words.openAccount : words.closeAccount}
                </button>
                {!row.closed && (
                  <button type="button" onClick={() => void makeReset(row.account).catch(failed)}>
                    {words.newPasswordLink}
                  </button>
                )}
              </div>
            )}
            {reset?.account === row.account && (
              <>
                <ShownOnce label={words.newPasswordFor(row.name)} secret={reset.link} copy={words.copyLink} copied={words.linkCopied} />
                <p class="hint">{words.newPasswordHint}</p>
              </>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
