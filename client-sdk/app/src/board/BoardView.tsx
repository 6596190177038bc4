/** An open board: the sheet on its ground, quiet bars floating around it, and the stage that brings it to life. */
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { Stage } from "../canvas/stage";
import { UpdateNotice } from "../offline/UpdateNotice";
import { identity } from "../state/identity";
import { settings } from "../state/settings";
import { Files } from "../out/Files";
import { PagesDialog } from "../pages/PagesDialog";
import { useStore } from "../state/store";
import { words } from "../words";
import { BoardHead } from "./BoardHead";
import { debugView } from "./debug";
import { CallCheck } from "./call/CallCheck";
import { CallDialog } from "./call/CallDialog";
import { CallPlace } from "./call/CallPlace";
import { useCallPlace } from "./call/use-call-place";
import { CameraDialog } from "./CameraDialog";
import { dialog } from "./dialogs";
import { watchLayout } from "./layout";
import { HandButton } from "./meeting/HandButton";
import { MeetingPanel } from "./meeting/MeetingPanel";
import { OwnPageWord } from "./meeting/OwnPageWord";
import { SessionWord } from "./meeting/SessionWord";
import { shownSection } from "./meeting/shown";
import { SignsShown } from "./meeting/SignsShown";
import { TimersOnWall } from "./meeting/TimerFace";
import { Notices } from "./Notices";
import { PageBar } from "./PageBar";
import { SelectionBar } from "./selection/SelectionBar";
import { HINT_ID, Things } from "./selection/Things";
import type { Session } from "./session";
import { SettingsDialog } from "./SettingsDialog";
import { ShareDialog } from "./ShareDialog";
import { pressKey, ZOOM_STEP } from "./shortcuts";
import { ShortcutsDialog } from "./ShortcutsDialog";
import { FollowBar } from "./together/FollowBar";
import { Toolbar } from "./Toolbar";

export interface BoardViewProps {
  readonly session: Session;
  /** A panel's own screen has its tools at both sides, whoever stands there. */
  readonly layout?: "standard" | "kiosk";
}

export function BoardView({ session, layout: kind = "standard" }: BoardViewProps) {
  const surface = useRef<HTMLDivElement>(null);
  const dry = useRef<HTMLCanvasElement>(null);
  const wet = useRef<HTMLCanvasElement>(null);
  const overlay = useRef<HTMLDivElement>(null);
  const editors = useRef<HTMLDivElement>(null);
  const place = useRef<HTMLDivElement>(null);
  const stage = useRef<Stage | null>(null);
  const tool = useStore(session.tool);
  const ready = useStore(session.ready);
  const pages = useStore(session.pages);
  const status = useStore(session.status);
  const { hand } = useStore(settings);
  const watch = useMemo(() => watchLayout(kind === "kiosk"), [kind]);
  const layout = useStore(watch.layout);
  // Beside the sheet where nobody else's pen is moved by it: several write at a wall.
  const beside = useStore(shownSection) !== null && layout.dock === "side" && !layout.both;
  const call = useCallPlace(session.calling);
  const empty = status === "live" && pages.length === 0;
  const waitingFor = empty ? words.noPage : status === "offline" ? words.notices.unreachable : words.opening;

  useEffect(() => () => watch.stop(), [watch]);

  useEffect(() => {
    if (!surface.current || !dry.current || !wet.current || !overlay.current || !editors.current || !place.current) return;
    const made = new Stage(
      session,
      {
        surface: surface.current,
        dry: dry.current,
        wet: wet.current,
        overlay: overlay.current,
        editors: editors.current,
        place: place.current,
      },
      identity,
    );
    stage.current = made;
    window.kakehashi = debugView(session.board, () => made.shown());
    const onKey = (event: KeyboardEvent): void => {
      // Keys that nobody in a dialog took are still not meant for the board behind it.
      if (document.querySelector('[aria-modal="true"]') === null && pressKey(event, session, made)) event.preventDefault();
    };
    window.addEventListener("keydown", onKey);
    return () => {
      window.removeEventListener("keydown", onKey);
      delete window.kakehashi;
      stage.current = null;
      made.close();
      dialog.set(null);
      shownSection.set(null);
    };
  }, [session]);

  // The sheet goes to the other side with the tools.
  useLayoutEffect(() => stage.current?.placeMoved(), [hand, beside, call, layout]);

  const view = useMemo(
    () => ({
      zoomIn: () => stage.current?.zoomBy(ZOOM_STEP),
      zoomOut: () => stage.current?.zoomBy(1 / ZOOM_STEP),
      wholePage: () => stage.current?.showWholePage(),
    }),
    [],
  );

  // The tools stand on the side that the writing hand does not come from.
  const near = hand === "right" ? "left" : "right";
  const far = hand === "right" ? "right" : "left";
  return (
    <div
      class="board"
      data-dock={layout.dock}
      data-both={layout.both ? "" : undefined}
      data-beside={beside ? "" : undefined}
      data-abreast={layout.abreast}
      data-hand={hand}
      data-call={call === null ? undefined : layout.call}
      data-call-shows={call ?? undefined}
    >
      <a
        class="skip-link"
        href="#board"
        onClick={(event) => {
          event.preventDefault();
          surface.current?.focus();
        }}
      >
        {words.skipToBoard}
      </a>
      <BoardHead session={session} kiosk={kind === "kiosk"} />
      <Toolbar session={session} layout={layout} side={near} label={layout.both ? words.toolbars[near] : words.toolbar} />
      {layout.both && <Toolbar session={session} layout={layout} side={far} label={words.toolbars[far]} />}
      <main class="stage">
        <canvas class="layer" ref={dry} aria-hidden="true" />
        <canvas class="layer" ref={wet} aria-hidden="true" />
        <div
          id="board"
          class={`surface ${tool}`}
          ref={surface}
          role="application"
          aria-label={words.board}
          aria-describedby={HINT_ID}
          tabIndex={0}
        />
        <div class="overlay" ref={overlay} aria-hidden="true" />
        <div class="editors" ref={editors} />
        <SelectionBar session={session} />
        <Things session={session} />
      </main>
      <div class="sheet-place" ref={place}>
        {!ready && <p class="waiting" role="status">{waitingFor}</p>}
      </div>
      {layout.both && <TimersOnWall session={session} />}
      <SignsShown session={session} />
      <FollowBar session={session}>
        <SessionWord session={session} />
        <OwnPageWord session={session} />
      </FollowBar>
      <HandButton session={session} />
      {kind === "standard" && <UpdateNotice />}
      <PageBar session={session} view={view} />
      {call !== null && <CallPlace session={session} at={layout.call} />}
      <MeetingPanel session={session} />
      <Notices session={session} />
      <OpenDialog session={session} />
      <Files session={session} />
    </div>
  );
}

function OpenDialog({ session }: { session: Session }) {
  const open = useStore(dialog);
  const close = (): void => dialog.set(null);
  switch (open) {
    case "settings":
      return <SettingsDialog session={session} onClose={close} />;
    case "share":
      return <ShareDialog session={session} onClose={close} />;
    case "camera":
      return <CameraDialog session={session} onClose={close} />;
    case "pages":
      return <PagesDialog session={session} onClose={close} />;
    case "call":
      return <CallDialog session={session} onClose={close} />;
    case "call-check":
      return <CallCheck session={session} onClose={close} />;
    case "shortcuts":
      return <ShortcutsDialog onClose={close} />;
    case "export":
    case null:
      return null;
  }
}
