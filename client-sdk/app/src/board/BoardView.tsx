/** An open board: bars around the surface, and the stage that brings the surface to life. */
import { useEffect, useMemo, useRef } from "preact/hooks";
import { Stage } from "../canvas/stage";
import { doorPath, go } from "../route";
import { identity } from "../state/identity";
import { useStore } from "../state/store";
import { words } from "../words";
import { BoardCode } from "./BoardCode";
import { debugView } from "./debug";
import { NameField } from "./NameField";
import { Notices } from "./Notices";
import { PageBar } from "./PageBar";
import type { Session } from "./session";
import { pressKey } from "./shortcuts";
import { StatusLine } from "./StatusLine";
import { Toolbar } from "./Toolbar";

const ZOOM_STEP = 1.25;

export function BoardView({ session }: { session: Session }) {
  const surface = useRef<HTMLDivElement>(null);
  const dry = useRef<HTMLCanvasElement>(null);
  const wet = useRef<HTMLCanvasElement>(null);
  const overlay = useRef<HTMLDivElement>(null);
  const editors = useRef<HTMLDivElement>(null);
  const stage = useRef<Stage | null>(null);
  const tool = useStore(session.tool);
  const ready = useStore(session.ready);
  const pages = useStore(session.pages);
  const status = useStore(session.status);
  const empty = status === "live" && pages.length === 0;
  const waitingFor = empty ? words.noPage : status === "offline" ? words.notices.unreachable : words.opening;

  useEffect(() => {
    if (!surface.current || !dry.current || !wet.current || !overlay.current || !editors.current) return;
    const made = new Stage(
      session,
      {
        surface: surface.current,
        dry: dry.current,
        wet: wet.current,
        overlay: overlay.current,
        editors: editors.current,
      },
      identity,
    );
    stage.current = made;
    window.kakehashi = debugView(session.board);
    const onKey = (event: KeyboardEvent): void => {
      if (pressKey(event, session, made)) event.preventDefault();
    };
    window.addEventListener("keydown", onKey);
    return () => {
      window.removeEventListener("keydown", onKey);
      delete window.kakehashi;
      stage.current = null;
      made.close();
    };
  }, [session]);

  const view = useMemo(
    () => ({
      zoomIn: () => stage.current?.zoomBy(ZOOM_STEP),
      zoomOut: () => stage.current?.zoomBy(1 / ZOOM_STEP),
      wholePage: () => stage.current?.showWholePage(),
    }),
    [],
  );

  return (
    <div class="board">
      <header class="board-head">
        <a
          class="home"
          href={doorPath()}
          title={words.toFrontDoor}
          onClick={(event) => {
            event.preventDefault();
            go(doorPath());
          }}
        >
          {words.appName}
        </a>
        <BoardCode session={session} />
        <StatusLine session={session} />
        <NameField />
      </header>
      <Toolbar session={session} />
      <main class="stage">
        <canvas class="layer" ref={dry} aria-hidden="true" />
        <canvas class="layer" ref={wet} aria-hidden="true" />
        <div
          class={`surface ${tool}`}
          ref={surface}
          role="application"
          aria-label={words.board}
          tabIndex={0}
        />
        <div class="overlay" ref={overlay} aria-hidden="true" />
        <div class="editors" ref={editors} />
        {!ready && <p class="waiting">{waitingFor}</p>}
        <Notices session={session} />
      </main>
      <PageBar session={session} view={view} />
    </div>
  );
}
