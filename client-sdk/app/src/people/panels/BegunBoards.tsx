/** What was begun at a panel and belongs to nobody: opened, taken, or given to somebody by an administrator. */
import { useCallback, useState } from "preact/hooks";
import { boardPath } from "../../route";
import { Field } from "../../ui/Field";
import { say } from "../../ui/Toasts";
import { Way } from "../../ui/Way";
import { words } from "../../words";
import { Problem } from "../Problem";
import { ask, type BegunBoard, sentenceOf } from "../requests";
import { Submit } from "../Submit";
import { dayAndTime } from "../time";
import { useAsked } from "../use-asked";

export function BegunBoards({ panel, administrator }: { panel: number; administrator: boolean }) {
  const { value: boards, problem, again } = useAsked(useCallback(() => ask<readonly BegunBoard[]>("GET", `panels/${panel}/boards`), [panel]));
  return (
    <div class="panel-more">
      <p class="hint">{boards?.length === 0 ? words.nothingBegun : words.begunHint}</p>
      <Problem sentence={problem} />
      <ul class="people-rows">
        {(boards ?? []).map((begun) => (
          <Begun key={begun.board} begun={begun} administrator={administrator} given={again} />
        ))}
      </ul>
    </div>
  );
}

function Begun({ begun: { board, code, begun_ms }, administrator, given }: { begun: BegunBoard; administrator: boolean; given: () => void }) {
  const [refused, setRefused] = useState<string | null>(null);
  const [giving, setGiving] = useState(false);
  const [login, setLogin] = useState("");
  const give = async (to: { login?: string }, said: string): Promise<void> => {
    await ask<undefined>("PUT", `boards/${board}/owner`, to);
    say(said);
    given();
  };
  return (
    <li>
      <div class="people-row">
        <div class="people-who">
          <p class="people-name">{code}</p>
          <p class="hint">{words.begunAt(dayAndTime(begun_ms))}</p>
        </div>
        <div class="people-acts">
          <Way to={boardPath(board)} look="button">
            {words.openBoardNamed(code)}
          </Way>
          <button type="button" onClick={() => void give({}, words.madeMine).catch((error: unknown) => setRefused(sentenceOf(error)))}>
            {words.makeMine}
          </button>
          {administrator && (
            <button type="button" aria-expanded={giving} onClick={() => setGiving(!giving)}>
              {words.giveTo}
            </button>
          )}
        </div>
      </div>
      <Problem sentence={refused} />
      {giving && (
        <Submit label={words.give} send={() => give({ login: login.trim() }, words.givenTo(login.trim()))}>
          <Field label={words.giveToLogin} value={login} onInput={setLogin} />
        </Submit>
      )}
    </li>
  );
}
