/** Which page is shown, and how large. */
import { useEffect, useRef } from "preact/hooks";
import { useStore } from "../state/store";
import { IconButton } from "../ui/IconButton";
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
    <>
      <nav class="bar pages" aria-label={words.pages} data-tips="above">
        <IconButton
          class="turn"
          label={words.previousPage}
          icon={icons.previous}
          disabled={at <= 0}
          onClick={() => session.turnPage(-1)}
        />
        <ol class="page-list">
          {pages.map((entry, i) => (
            <li key={entry.id} ref={entry.id === page ? current : null}>
              <button
                type="button"
                class="page-number quiet"
                aria-label={entry.title === "" ? words.page(i + 1) : entry.title}
                aria-current={entry.id === page ? "page" : undefined}
                onClick={() => session.openPage(entry.id)}
              >
                {i + 1}
              </button>
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
