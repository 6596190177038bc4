/** A board on a wall panel: the code and the end of the lesson are always one touch away. */
import { useState } from "preact/hooks";
import { BoardScreen } from "../board/BoardScreen";
import { icons } from "../board/icons";
import { panelLink } from "../board/call/room";
import type { Session } from "../board/session";
import { showCode } from "../door/code";
import { useStore } from "../state/store";
import { Dialog } from "../ui/Dialog";
import { Qr } from "../ui/Qr";
import { words } from "../words";
import { BoardDigits } from "./BoardDigits";
import { endOnPanel, type PanelBoard } from "./panel";
import { useRest } from "./rest";
import { takeBoard } from "./waiting";

export function KioskBoard({ open }: { open: PanelBoard }) {
  return (
    <div class="kiosk-board">
      <BoardScreen
        board={open.board}
        layout="kiosk"
        open={takeBoard}
        leave={endOnPanel}
        over={(session) => <KioskBar session={session} open={open} />}
      />
    </div>
  );
}

type Shown = "nothing" | "code" | "end";

function KioskBar({ session, open }: { session: Session; open: PanelBoard }) {
  const [shown, setShown] = useState<Shown>("nothing");
  const unsaved = useStore(session.unsaved);
  const { left, stay } = useRest(session, endOnPanel);
  const close = (): void => setShown("nothing");
  return (
    <>
      <section class="bar kiosk-bar" aria-label={words.thisPanel}>
        <button type="button" class="quiet" aria-haspopup="dialog" onClick={() => setShown("code")}>
          {icons.qr}
          <span>{words.code}</span>
          <strong>{showCode(open.code)}</strong>
        </button>
        <button type="button" class="kiosk-bar-end" aria-haspopup="dialog" onClick={() => setShown("end")}>
          {icons.end}
          {words.end}
        </button>
      </section>
      {left === null && shown === "code" && (
        <Dialog title={words.joinThisBoard} onClose={close} class="kiosk-code">
          <Qr text={panelLink(open.board)} label={words.qrLabel} />
          <div class="kiosk-code-words">
            <p>{words.scanOrType(location.host)}</p>
            <BoardDigits code={open.code} />
          </div>
        </Dialog>
      )}
      {left === null && shown === "end" && (
        <Dialog
          title={words.endTitle}
          onClose={close}
          class="kiosk-end"
          actions={
            <>
              <button type="button" data-first="" onClick={close}>
                {words.keepWriting}
              </button>
              <button type="button" class="primary" onClick={endOnPanel}>
                {words.end}
              </button>
            </>
          }
        >
          <p>{unsaved === 0 ? words.endSaved : words.endUnsaved(unsaved)}</p>
          <p>{words.endAgain}</p>
          <BoardDigits code={open.code} />
        </Dialog>
      )}
      {left !== null && (
        <Dialog
          title={words.anybodyThere}
          onClose={stay}
          class="kiosk-end kiosk-warning"
          actions={
            <>
              <button type="button" onClick={endOnPanel}>
                {words.end}
              </button>
              <button type="button" class="primary" data-first="" onClick={stay}>
                {words.keepWriting}
              </button>
            </>
          }
        >
          <p>{words.closesSoon}</p>
          <p class="kiosk-countdown" role="timer">
            {words.seconds(left)}
          </p>
          <p>{words.endAgain}</p>
          <BoardDigits code={open.code} />
        </Dialog>
      )}
    </>
  );
}
