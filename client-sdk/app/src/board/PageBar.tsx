/** Which page is shown, and how large. */
import { useEffect, useRef } from "preact/hooks";
import { BackgroundButton } from "../pages/BackgroundButton";
import { deskPageName } from "../pages/own";
import { useStore } from "../state/store";
import { IconButton } from "../ui/IconButton";
import { words } from "../words";
import { dialog } from "./dialogs";
import { icons } from "./icons";
import type { Session } from "./session";
import "../styles/own-pages.css";

export interface ViewActions {
  readonly zoomIn: () => void;
  readonly zoomOut: () => void;
  readonly wholePage: () => void;
}

export function PageBar({ session, view }: { session: Session; view: ViewActions }) {
  const page = useStore(session.page);
  const all = useStore(session.pages);
  const deskPages = useStore(session.deskPages);
  const meeting = useStore(session.meeting);
  const pages = session.turned();
  const zoom = useStore(session.zoom);
  const at = pages.findIndex((entry) => entry.id === page);
  const entry = pages[at];
  const current = useRef<HTMLLIElement>(null);

  useEffect(() => current.current?.scrollIntoView({ block: "nearest", inline: "nearest" }), [page, all, deskPages]);

  return (
    <>
      <nav class="bar pages" aria-label={words.pages} data-tips="above">
        <IconButton class="overview" label={words.allPages} icon={icons.pages} popup="dialog" onClick={() => dialog.set("pages")} />
        <IconButton
          class="turn"
          label={words.previousPage}
          icon={icons.previous}
          disabled={at <= 0}
          onClick={() => session.turnPage(-1)}
        />
        <ol class="page-list">
          {pages.map((entry) => (
            <li key={entry.id} ref={entry.id === page ? current : null}>
              {entry.desk === undefined ? (
                <button
                  type="button"
                  class="page-number quiet"
                  aria-label={entry.title === "" ? words.page(all.indexOf(entry) + 1) : entry.title}
                  aria-current={entry.id === page ? "page" : undefined}
                  onClick={() => session.openPage(entry.id)}
                >
                  {all.indexOf(entry) + 1}
                </button>
              ) : (
                <button
                  type="button"
                  class="page-number private quiet"
                  aria-label={words.ownPages.marked(deskPageName(entry, deskPages, meeting))}
                  aria-current={entry.id === page ? "page" : undefined}
                  onClick={() => session.openPage(entry.id)}
                >
                  {icons.lock}
                  <span>{deskPageName(entry, deskPages, meeting)}</span>
                </button>
              )}
            </li>
          ))}
        </ol>
        <IconButton
          class="turn"
          label={words.nextPage}
          icon={icons.next}
          disabled={at < 0 || at >= pages.length - 1}
          onClick={() => session.turnPage(1)}
        />
        <IconButton class="add-page" label={words.addPage} icon={icons.addPage} onClick={() => session.addPage()} />
        {entry !== undefined && <BackgroundButton session={session} entry={entry} />}
      </nav>
      <section class="bar zoom" aria-label={words.view} data-tips="above">
        <IconButton label={words.zoomOut} icon={icons.minus} hotkey="-" onClick={view.zoomOut} />
        <button
          type="button"
          class="zoom-value quiet"
          aria-label={words.wholePage}
          data-tip={words.wholePage}
          data-key="0"
          onClick={view.wholePage}
        >
          {Math.round(zoom * 100)}%
        </button>
        <IconButton label={words.zoomIn} icon={icons.add} hotkey="+" onClick={view.zoomIn} />
      </section>
    </>
  );
}
