/** Above the sheet: the way home and the board's code; whether all is saved; and what one does with the board as a whole. */
import { ExportButton } from "../out/ExportButton";
import { doorPath, go } from "../route";
import { useStore } from "../state/store";
import { IconButton } from "../ui/IconButton";
import { words } from "../words";
import { BoardCode } from "./BoardCode";
import { CallButton, useCallToJoin } from "./call/CallButton";
import { dialog } from "./dialogs";
import { icons } from "./icons";
import { MeetingButton } from "./meeting/MeetingButton";
import { TimerInHead, useCountdown } from "./meeting/TimerFace";
import { MoreMenu } from "./MoreMenu";
import { NameField } from "./NameField";
import type { Session } from "./session";
import { StatusLine } from "./StatusLine";

export interface BoardHeadProps {
  readonly session: Session;
  /** A panel's own screen has its code and its way back at the bottom edge (kiosk/KioskBoard.tsx). */
  readonly kiosk: boolean;
}

export function BoardHead({ session, kiosk }: BoardHeadProps) {
  const open = useStore(dialog);
  const timed = useCountdown(session) !== null;
  const callable = useCallToJoin(session);
  return (
    <header class="board-head" data-tips="below" data-timed={timed ? "" : undefined} data-callable={callable ? "" : undefined}>
      {kiosk ? (
        <div class="kiosk-place" />
      ) : (
        <div class="bar board-place">
          <a
            class="home button quiet"
            href={doorPath()}
            aria-label={words.toFrontDoor}
            data-tip={words.toFrontDoor}
            onClick={(event) => {
              event.preventDefault();
              go(doorPath());
            }}
          >
            {icons.home}
            <span class="home-name">{words.appName}</span>
          </a>
          <BoardCode session={session} />
        </div>
      )}
      <StatusLine session={session} />
      <TimerInHead session={session} />
      <div class="bar board-doings">
        <div class="people">
          <NameField />
          {callable && <CallButton session={session} />}
          <MeetingButton session={session} />
        </div>
        {!kiosk && (
          <button
            type="button"
            class="primary share"
            aria-label={words.share}
            aria-haspopup="dialog"
            onClick={() => dialog.set("share")}
          >
            {icons.share}
            <span class="share-name">{words.share}</span>
          </button>
        )}
        <ExportButton />
        <IconButton
          class="to-settings"
          label={words.settings}
          icon={icons.settings}
          popup="dialog"
          expanded={open === "settings"}
          onClick={() => dialog.set("settings")}
        />
        <MoreMenu kiosk={kiosk} />
      </div>
    </header>
  );
}
