/** Which page is shown, and how large. */
import { useEffect, useRef } from "preact/hooks";
import { useStore } from "../state/store";
import { words } from "../words";
import { icons } from "./icons";
import type { Session } from "./session";

export interface ViewActions {
  readonly zoomIn: () => void;
  readonly zoomOut: () => void;
  readonly wholePage: () => void;
}

export function PageBar({ session, view }: { session: Session; view: ViewActions }) {
  const pages = useStore(session.pages);
  const page = useStore(session.page);
  const zoom = useStore(session.zoom);
  const at = pages.findIndex((entry) => entry.id === page);
  const current = useRef<HTMLLIElement>(null);

  useEffect(() => current.current?.scrollIntoView({ block: "nearest", inline: "nearest" }), [page, pages]);

  return (
    <div class="page-bar">
      <nav class="pages" aria-label={words.pages}>
        <button
          type="button"
          class="turn"
          aria-label={words.previousPage}
          title={words.previousPage}
          disabled={at <= 0}
          onClick={() => session.turnPage(-1)}
        >
          {icons.previous}
        </button>
        <ol class="page-list">
          {pages.map((entry, i) => (
            <li key={entry.id} ref={entry.id === page ? current : null}>
              <button
                type="button"
                class="page-number"
                aria-label={entry.title === "" ? words.page(i + 1) : entry.title}
                aria-current={entry.id === page ? "page" : undefined}
                onClick={() => session.openPage(entry.id)}
              >
                {i + 1}
              </button>
            </li>
          ))}
        </ol>
        <button
          type="button"
          class="turn"
          aria-label={words.nextPage}
          title={words.nextPage}
          disabled={at < 0 || at >= pages.length - 1}
          onClick={() => session.turnPage(1)}
        >
          {icons.next}
        </button>
        <button type="button" class="add-page" aria-label={words.addPage} title={words.addPage} onClick={() => session.addPage()}>
          {icons.addPage}
          <span class="add-page-name">{words.addPage}</span>
        </button>
      </nav>
      <div class="zoom" role="group" aria-label={words.view}>
        <button type="button" aria-label={words.zoomOut} title={words.zoomOut} onClick={view.zoomOut}>
          {icons.minus}
        </button>
        <span class="zoom-value">{Math.round(zoom * 100)}%</span>
        <button type="button" aria-label={words.zoomIn} title={words.zoomIn} onClick={view.zoomIn}>
          {icons.add}
        </button>
        <button type="button" aria-label={words.wholePage} title={words.wholePage} onClick={view.wholePage}>
          {icons.fit}
        </button>
      </div>
    </div>
  );
}
