/** Opens a board, and says so when there is none. */
import { type Board, NoticeError } from "@kakehashi/client";
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { doorPath, go, peoplePath } from "../route";
import { useDelivery } from "../state/deliver";
import { bring, keyInFragment, openAsOneself, takePartWhenOn } from "../state/entry";
import { keepRecent } from "../state/recent-keeper";
import { useStore } from "../state/store";
import { words } from "../words";
import { BoardView } from "./BoardView";
import { LobbyScreen } from "./meeting/LobbyScreen";
import { PlainScreen } from "./PlainScreen";
import { Session } from "./session";

type State =
  | { readonly is: "opening" }
  | { readonly is: "open"; readonly session: Session }
  | { readonly is: "unknown" }
  | { readonly is: "refused"; readonly why: Refusal }
  | { readonly is: "failed"; readonly sentence: string };

/** Why one is not let in. */
type Refusal = "closed-board" | "removed" | "door" | "turned-away";

export interface BoardScreenProps {
  readonly board: string;
  readonly layout?: "standard" | "kiosk";
  /** Opens the board; always the same function. */
  readonly open?: (board: string) => Promise<Board>;
  /** Where one goes from a board that cannot be shown; the front door if left out. */
  readonly leave?: () => void;
  /** What stands over the open board. */
  readonly over?: (session: Session) => ComponentChildren;
}

export function BoardScreen({ board, layout = "standard", open = openAsOneself, leave = toDoor, over }: BoardScreenProps) {
  const [state, setState] = useState<State>({ is: "opening" });
  const [attempt, setAttempt] = useState(0);

  // Not after the first picture: loading and connecting take longest.
  useLayoutEffect(() => {
    let left = false;
    let session: Session | null = null;
    const key = keyInFragment(location.hash);
    if (key !== null) bring(board, key);
    setState({ is: "opening" });
    open(board).then(
      (opened) => {
        if (left) {
          void opened.close();
          return;
        }
        takePartWhenOn(opened);
        session = new Session(opened);
        setState({ is: "open", session });
      },
      (error: unknown) => {
        if (!(error instanceof NoticeError)) console.warn(error);
        if (!left) setState(failureOf(error));
      },
    );
    return () => {
      left = true;
      // After the view below has handed on what it still holds.
      void Promise.resolve().then(() => session?.close());
    };
  }, [board, open, attempt]);

  switch (state.is) {
    case "opening":
      return (
        <main class="plain-screen opening">
          <p role="status">{words.opening}</p>
        </main>
      );
    case "open":
      return <OpenBoard session={state.session} layout={layout} leave={leave} again={() => setAttempt(attempt + 1)} over={over} />;
    case "unknown":
      return <UnknownBoard leave={leave} />;
    case "refused":
      return <Refused why={state.why} leave={leave} again={() => setAttempt(attempt + 1)} />;
    case "failed":
      return (
        <PlainScreen title={words.cannotOpenTitle} sentence={state.sentence}>
          <button type="button" class="primary" onClick={() => setAttempt(attempt + 1)}>
            {words.tryAgain}
          </button>
          <Back leave={leave} look="button" />
        </PlainScreen>
      );
  }
}

interface OpenBoardProps {
  readonly session: Session;
  readonly layout: "standard" | "kiosk";
  readonly leave: () => void;
  /** Opens the board anew. */
  readonly again: () => void;
  readonly over: ((session: Session) => ComponentChildren) | undefined;
}

function OpenBoard({ session, layout, leave, again, over }: OpenBoardProps) {
  // The server may say only later, when it is reached, that it has no such board.
  const notices = useStore(session.notices);
  const { me } = useStore(session.meeting);
  if (notices.includes("unknown-board")) return <UnknownBoard leave={leave} />;
  const why = notices.find(isRefusal);
  if (why !== undefined) return <Refused why={why} leave={leave} again={again} />;
  if (me?.waiting === true) return <LobbyScreen leave={leave} />;
  return (
    <>
      <BoardView session={session} layout={layout} />
      {over?.(session)}
      <DeviceKeeper session={session} />
    </>
  );
}

/**
 * Keeps the list of this device's boards true, and hands in what others of them have left. It stands after the
 * view, so that it ends when the view has handed on what it still held.
 */
function DeviceKeeper({ session }: { session: Session }) {
  useEffect(() => keepRecent(session), [session]);
  useDelivery(useStore(session.status) === "live", session.board.id);
  return null;
}

function UnknownBoard({ leave }: { leave: () => void }) {
  return (
    <PlainScreen title={words.unknownBoardTitle} sentence={words.unknownBoardText}>
      <Back leave={leave} look="button primary" />
    </PlainScreen>
  );
}

/** Whoever is not let in sees nothing of the board, also nothing that the device has kept of it. */
function Refused({ why, leave, again }: { why: Refusal; leave: () => void; again: () => void }) {
  if (why === "removed" || why === "turned-away") {
    const away = why === "removed";
    return (
      <PlainScreen
        title={away ? words.meeting.removedTitle : words.meeting.turnedAwayTitle}
        sentence={away ? words.meeting.removedText : words.meeting.turnedAwayText}
      >
        <button type="button" onClick={again}>
          {words.tryAgain}
        </button>
        <Back leave={leave} look="button primary" />
      </PlainScreen>
    );
  }
  return (
    <PlainScreen title={words.notLetInTitle} sentence={words.notices[why]}>
      <a class="button primary" href={peoplePath("account")}>
        {words.signIn}
      </a>
      <Back leave={leave} look="button" />
    </PlainScreen>
  );
}

function isRefusal(code: string): code is Refusal {
  return code === "closed-board" || code === "removed" || code === "door" || code === "turned-away";
}

function Back({ leave, look }: { leave: () => void; look: string }) {
  return (
    <a
      class={look}
      href={doorPath()}
      onClick={(event) => {
        event.preventDefault();
        leave();
      }}
    >
      {words.toFrontDoor}
    </a>
  );
}

function toDoor(): void {
  go(doorPath());
}

function failureOf(error: unknown): State {
  if (!(error instanceof NoticeError)) return { is: "failed", sentence: words.notices.unreachable };
  const { code } = error.notice;
  if (isRefusal(code)) return { is: "refused", why: code };
  return code === "unknown-board" ? { is: "unknown" } : { is: "failed", sentence: words.notices[code] };
}
