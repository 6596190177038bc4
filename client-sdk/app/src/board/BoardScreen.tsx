/** Opens a board, and says so when there is none. */
import { type Board, NoticeError, openBoard } from "@kakehashi/client";
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { doorPath, go } from "../route";
import { useDelivery } from "../state/deliver";
import { keepRecent } from "../state/recent-keeper";
import { useStore } from "../state/store";
import { words } from "../words";
import { BoardView } from "./BoardView";
import { PlainScreen } from "./PlainScreen";
import { Session } from "./session";

type State =
  | { readonly is: "opening" }
  | { readonly is: "open"; readonly session: Session }
  | { readonly is: "unknown" }
  | { readonly is: "failed"; readonly sentence: string };

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

export function BoardScreen({ board, layout = "standard", open = openBoard, leave = toDoor, over }: BoardScreenProps) {
  const [state, setState] = useState<State>({ is: "opening" });
  const [attempt, setAttempt] = useState(0);

  // Not after the first picture: loading and connecting take longest.
  useLayoutEffect(() => {
    let left = false;
    let session: Session | null = null;
    setState({ is: "opening" });
    open(board).then(
      (opened) => {
        if (left) {
          void opened.close();
          return;
        }
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
      return <OpenBoard session={state.session} layout={layout} leave={leave} over={over} />;
    case "unknown":
      return <UnknownBoard leave={leave} />;
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
  readonly over: ((session: Session) => ComponentChildren) | undefined;
}

function OpenBoard({ session, layout, leave, over }: OpenBoardProps) {
  // The server may say only later, when it is reached, that it has no such board.
  const unknown = useStore(session.notices).includes("unknown-board");
  if (unknown) return <UnknownBoard leave={leave} />;
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
  return code === "unknown-board" ? { is: "unknown" } : { is: "failed", sentence: words.notices[code] };
}
