/** One board of the list: its picture opens it, and behind a button is what else can be done. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { icons } from "../board/icons";
import { boardPath, go } from "../route";
import { type RecentBoard, TITLE_MAX } from "../state/recent";
import { belongsToComposition } from "../ui/composing";
import { words } from "../words";
import { Thumbnail } from "./Thumbnail";
import { dayOf, whenOf } from "./when";

type Open = "no" | "actions" | "name";

export interface RecentCardProps {
  readonly entry: RecentBoard;
  readonly offline: boolean;
  /** Whether it can be opened only with the server. */
  readonly away: boolean;
  readonly rename: (name: string) => void;
  readonly remove: () => void;
}

export function titleOf(entry: RecentBoard): string {
  return entry.name ?? entry.heading ?? words.boardOfDay(dayOf(entry.opened));
}

export function RecentCard({ entry, offline, away, rename, remove }: RecentCardProps) {
  const [open, setOpen] = useState<Open>("no");
  const field = useRef<HTMLInputElement>(null);
  const more = useRef<HTMLButtonElement>(null);
  const title = titleOf(entry);
  const path = boardPath(entry.board);

  // With the drawing and not after it: what is typed at once is typed here.
  useLayoutEffect(() => {
    if (open !== "name") return;
    field.current?.focus();
    field.current?.select();
  }, [open]);

  const close = (): void => {
    setOpen("no");
    more.current?.focus();
  };

  return (
    <li
      class="recent"
      data-away={away ? "" : undefined}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || belongsToComposition(event) || open === "no") return;
        event.preventDefault();
        close();
      }}
    >
      <a
        class="recent-open"
        href={path}
        onClick={(event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          go(path);
        }}
      >
        <Thumbnail picture={entry.picture} />
        <span class="recent-title">{title}</span>
        <span class="recent-when">
          {whenOf(entry.opened)} · {words.pageCount(entry.pages)}
        </span>
        {away && <span class="recent-unsaved">{words.needsConnection}</span>}
        {offline && entry.unsaved > 0 && <span class="recent-unsaved">{words.notHandedIn(entry.unsaved)}</span>}
      </a>
      <button
        type="button"
        ref={more}
        class="icon-button recent-more"
        aria-label={words.moreFor(title)}
        data-tip={words.more}
        aria-expanded={open !== "no"}
        onClick={() => setOpen(open === "no" ? "actions" : "no")}
      >
        {icons.more}
      </button>
      {open === "actions" && (
        <div class="recent-actions">
          <button type="button" onClick={() => setOpen("name")}>
            {words.rename}
          </button>
          <button type="button" class="danger" onClick={remove}>
            {words.removeFromList}
          </button>
        </div>
      )}
      {open === "name" && (
        <form
          class="recent-name"
          onSubmit={(event) => {
            event.preventDefault();
            rename(field.current?.value ?? "");
            close();
          }}
        >
          <label for={`name-${entry.board}`}>{words.nameHere}</label>
          <div class="recent-name-row">
            <input
              id={`name-${entry.board}`}
              ref={field}
              class="field"
              type="text"
              defaultValue={entry.name ?? entry.heading ?? ""}
              maxLength={TITLE_MAX}
              autoComplete="off"
              spellcheck={false}
              enterKeyHint="done"
            />
            <button type="submit" class="primary">
              {words.done}
            </button>
          </div>
          <p class="hint">{words.nameHereHint}</p>
        </form>
      )}
    </li>
  );
}
