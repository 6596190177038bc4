/** All pages of the board, live and in small: open, arrange, add, duplicate, hide and delete them. */
import type { PageEntry, Participant } from "@kakehashi/client";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { icons } from "../board/icons";
import { veils } from "../board/meeting/may";
import type { Session } from "../board/session";
import { useStore } from "../state/store";
import { Dialog } from "../ui/Dialog";
import type { MenuItem } from "../ui/Menu";
import { say } from "../ui/Toasts";
import { words } from "../words";
import { canGo, deletePage, duplicatePage, hidePage, lockPage, movePageTo, placeBeside } from "./actions";
import { arrange } from "./arrange";
import { PageCard } from "./PageCard";
import { Thumbnails } from "./thumbnails";

export function PagesDialog({ session, onClose }: { session: Session; onClose: () => void }) {
  const pages = useStore(session.pages);
  const page = useStore(session.page);
  const meeting = useStore(session.meeting);
  const people = usePeople(session);
  const thumbnails = useMemo(() => new Thumbnails(session), [session]);
  const list = useRef<HTMLUListElement>(null);
  const [lifted, setLifted] = useState<number | null>(null);
  const [target, setTarget] = useState<number | null>(null);

  const left = useRef(false);

  useEffect(
    () => () => {
      left.current = true;
      thumbnails.close();
    },
    [thumbnails],
  );

  // The focus went with the card of a page that was deleted; keys must go on reaching the overview.
  useEffect(() => {
    if (document.activeElement !== document.body) return;
    const cards = list.current?.querySelectorAll<HTMLElement>(".page-picture");
    (list.current?.querySelector<HTMLElement>('[aria-current="page"]') ?? cards?.[0])?.focus({ preventScroll: true });
  }, [pages]);

  const move = (entry: PageEntry, place: number): void => {
    if (movePageTo(session, entry.id, place)) say(words.pageMoved(place + 1, session.pages.get().length));
  };

  useEffect(() => {
    if (list.current === null) return;
    return arrange(list.current, {
      lifted: (card) => {
        setLifted(card);
        setTarget(null);
      },
      over: setTarget,
      drop: (from, to) => {
        const entry = session.pages.get()[from];
        if (entry !== undefined) move(entry, to);
      },
    });
  }, [session]);

  const step = (entry: PageEntry, by: -1 | 1): void => {
    const place = placeBeside(session.pages.get(), entry.id, by);
    if (place !== null) move(entry, place);
  };

  const duplicate = async (entry: PageEntry): Promise<void> => {
    const made = await duplicatePage(session, entry);
    if (!left.current) say(made === undefined ? words.pageNotHere : words.pageDuplicated);
  };

  const itemsOf = (entry: PageEntry): MenuItem[][] => {
    const arranging: MenuItem[] = [];
    if (placeBeside(pages, entry.id, -1) !== null) {
      arranging.push({ name: words.moveEarlier, icon: icons.previous, hotkey: "Alt ←", act: () => step(entry, -1) });
    }
    if (placeBeside(pages, entry.id, 1) !== null) {
      arranging.push({ name: words.moveLater, icon: icons.next, hotkey: "Alt →", act: () => step(entry, 1) });
    }
    const copying: MenuItem = {
      name: words.duplicatePage,
      icon: icons.duplicate,
      act: () => void duplicate(entry),
    };
    const locking: MenuItem = {
      name: entry.locked ? words.meeting.unlockPage : words.meeting.lockPage,
      icon: entry.locked ? icons.unlock : icons.lock,
      act: () => lockPage(session, entry.id, !entry.locked),
    };
    const going: MenuItem[] = [];
    // In a session by those who lead.
    if (entry.hidden && veils(meeting)) going.push({ name: words.showPage, icon: icons.show, act: () => hidePage(session, entry.id, false) });
    if (!entry.hidden && veils(meeting) && canGo(pages, entry.id)) going.push({ name: words.hidePage, icon: icons.hide, act: () => hidePage(session, entry.id, true) });
    if (canGo(pages, entry.id)) {
      going.push({
        name: words.deletePage,
        icon: icons.remove,
        act: () => {
          deletePage(session, entry.id);
          say(words.pageDeleted);
        },
      });
    }
    return [arranging, [copying, ...(veils(meeting) ? [locking] : [])], going];
  };

  return (
    <Dialog title={words.allPages} onClose={onClose} class="pages-dialog">
      {pages.length > 1 && <p class="hint">{words.dragHint}</p>}
      <ul class="page-cards" ref={list} data-arranging={lifted === null ? undefined : ""}>
        {pages.map((entry, i) => (
          <PageCard
            key={entry.id}
            entry={entry}
            number={i + 1}
            current={entry.id === page}
            lifted={lifted === i}
            target={lifted !== null && lifted !== i && target === i}
            people={people.filter((person) => person.page === entry.id)}
            thumbnails={thumbnails}
            items={itemsOf(entry)}
            onOpen={() => {
              session.openPage(entry.id);
              onClose();
            }}
            onMove={(by) => step(entry, by)}
          />
        ))}
        <li class="page-card">
          <button
            type="button"
            class="page-picture page-new"
            onClick={() => {
              session.addPage();
              onClose();
            }}
          >
            {icons.addPage}
            <span>{words.addPage}</span>
          </button>
        </li>
      </ul>
    </Dialog>
  );
}

function usePeople({ board }: Session): readonly Participant[] {
  const [people, setPeople] = useState(() => board.people());
  useEffect(
    () =>
      board.on((event) => {
        if (event.type === "people") setPeople(board.people());
      }),
    [board],
  );
  return people;
}
