/** What a panel shows while nobody uses it: one large thing to touch, and how to join from elsewhere. */
import { panelLink } from "../board/call/room";
import { NoticeError } from "@kakehashi/client";
import { useEffect, useState } from "preact/hooks";
import { icons } from "../board/icons";
import { newVersion } from "../offline/worker";
import { useReach } from "../offline/reach";
import { useDelivery } from "../state/deliver";
import { loadRecent } from "../state/recent";
import { showCode } from "../door/code";
import { useStore } from "../state/store";
import { Qr } from "../ui/Qr";
import { words } from "../words";
import { BoardDigits } from "./BoardDigits";
import { DigitPad } from "./DigitPad";
import { lastClosed, openOnPanel, panel, prepareNext, startOnPanel } from "./panel";
import { TodaysSessions } from "./TodaysSessions";
import { useWaiting } from "./waiting";
import { useWipe } from "./wipe";

/** Milliseconds in which the code of the board that was closed last can be copied down. */
const CLOSED_SHOWN = 180_000;

export function IdleScreen() {
  const { next } = useStore(panel);
  const reached = useReach();
  const newer = useStore(newVersion);
  const [starting, setStarting] = useState(false);
  const [joining, setJoining] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const closed = useStore(lastClosed);
  const waiting = useWaiting(next?.board ?? null);
  useDelivery(reached === true);
  const unsent = useWipe();

  useEffect(() => {
    if (closed === null) return;
    const timer = setTimeout(() => lastClosed.set(null), CLOSED_SHOWN);
    return () => clearTimeout(timer);
  }, [closed]);

  useEffect(() => void loadRecent(), []);

  useEffect(() => {
    if (reached === true) prepareNext().catch((error: unknown) => console.warn(error));
  }, [reached, next]);

  // Nobody writes here, so nobody has to be asked.
  useEffect(() => {
    if (newer && !joining && !starting) location.reload();
  }, [newer, joining, starting]);

  const start = async (): Promise<void> => {
    setStarting(true);
    setProblem(null);
    try {
      await startOnPanel();
    } catch (error) {
      setStarting(false);
      setProblem(words.notices[error instanceof NoticeError && error.notice.code !== "busy" ? error.notice.code : "unreachable"]);
    }
  };

  return (
    <main class="idle">
      <header class="idle-head">
        <p class="door-name">
          <img src="/icon.svg" alt="" width="40" height="40" />
          {words.appName}
        </p>
        <h1>{words.idleTitle}</h1>
        {closed === null && <p class="idle-lead">{words.idleLead}</p>}
        <div role="status">
          {closed !== null && (
            <p class="idle-closed">
              {words.boardClosed}
              <strong>{showCode(closed.code)}</strong>
            </p>
          )}
          {(reached === false || waiting.away) && <p class="door-offline">{waiting.ready ? words.idleOfflineReady : words.idleOffline}</p>}
          {unsent > 0 && <p class="door-offline">{words.idleUnsent(unsent)}</p>}
        </div>
        {problem !== null && (
          <p class="door-problem" role="alert">
            {problem}
          </p>
        )}
      </header>
      <TodaysSessions open={openOnPanel} />
      {next !== null && (
        <section class="idle-join" aria-label={words.joinThisBoard}>
          <Qr text={panelLink(next.board)} label={words.qrLabel} />
          <p>{words.scanOrType(location.host)}</p>
          <BoardDigits code={next.code} />
          <div role="status">{waiting.people > 0 && <p class="idle-people">{words.alreadyHere(waiting.people)}</p>}</div>
        </section>
      )}
      <button type="button" class="primary idle-start" disabled={starting} onClick={() => void start()}>
        {icons.pen}
        <span>{starting ? words.starting : words.startWriting}</span>
      </button>
      <button type="button" class="idle-code" aria-haspopup="dialog" onClick={() => setJoining(true)}>
        {icons.keypad}
        <span>{words.joinByCode}</span>
      </button>
      {joining && <DigitPad enter={openOnPanel} onClose={() => setJoining(false)} />}
    </main>
  );
}
