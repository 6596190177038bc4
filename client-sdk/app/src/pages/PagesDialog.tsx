/** All pages of the board, live and in small: open, arrange, add, duplicate, hide and delete them. */
import type { PageEntry, Participant } from "@kakehashi/client";
import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { icons } from "../board/icons";
import { veils } from "../board/meeting/may";
import type { Session } from "../board/session";
import { useStore } from "../state/store";
import { Dialog } from "../ui/Dialog";
import type { MenuItem } from "../ui/Menu";
import { say } from "../ui/Toasts";
import { words } from "../words";
import { canGo, deletePage, duplicatePage, hidePage, lockPage, movePageTo, placeBeside, siblingsOf } from "./actions";
import { arrange } from "./arrange";
import { DeskPages } from "./DeskPages";
import { deskPageName, isOwn } from "./own";
import { PageCard } from "./PageCard";
import { Thumbnails } from "./thumbnails";

export function PagesDialog({ session, onClose }: { session: Session; onClose: () => void }) {
  const pages = useStore(session.pages);
  const deskPages = useStore(session.deskPages);
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
  }, [pages, deskPages]);

  const move = (entry: PageEntry, place: number): void => {
    if (movePageTo(session, entry, place)) say(words.pageMoved(place + 1, siblingsOf(session, entry).length));
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
    const place = placeBeside(siblingsOf(session, entry), entry.id, by);
    if (place !== null) move(entry, place);
  };

  const duplicate = async (entry: PageEntry, forAll = false): Promise<void> => {
    const made = await duplicatePage(session, entry, forAll);
    if (!left.current) say(made === undefined ? words.pageNotHere : forAll ? words.ownPages.copied : words.pageDuplicated);
  };

  const itemsOf = (entry: PageEntry): MenuItem[][] => {
    const arranging: MenuItem[] = [];
    const beside = siblingsOf(session, entry);
    if (placeBeside(beside, entry.id, -1) !== null) {
      arranging.push({ name: words.moveEarlier, icon: icons.previous, hotkey: "Alt ←", act: () => step(entry, -1) });
    }
    if (placeBeside(beside, entry.id, 1) !== null) {
      arranging.push({ name: words.moveLater, icon: icons.next, hotkey: "Alt →", act: () => step(entry, 1) });
    }
    const own = isOwn(meeting, entry);
    const copying: MenuItem[] = [];
    // What somebody else wrote for those who lead alone is theirs to hand on.
    if (entry.desk === undefined || own) copying.push({ name: words.duplicatePage, icon: icons.duplicate, act: () => void duplicate(entry) });
    if (own) copying.push({ name: words.ownPages.copyForAll, icon: icons.people, act: () => void duplicate(entry, true) });
    const locking: MenuItem = {
      name: entry.locked ? words.meeting.unlockPage : words.meeting.lockPage,
      icon: entry.locked ? icons.unlock : icons.lock,
      act: () => lockPage(session, entry.id, !entry.locked),
    };
    const going: MenuItem[] = [];
    // In a session by those who lead; at a desk it is hidden from the others as it is.
    const hides = veils(meeting) && entry.desk === undefined;
    if (entry.hidden && hides) going.push({ name: words.showPage, icon: icons.show, act: () => hidePage(session, entry.id, false) });
    if (!entry.hidden && hides && canGo(pages, entry.id)) going.push({ name: words.hidePage, icon: icons.hide, act: () => hidePage(session, entry.id, true) });
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
    return [arranging, [...copying, ...(veils(meeting) ? [locking] : [])], going];
  };

  const cardOf = (entry: PageEntry, i: number, name: string, carried: boolean): ComponentChildren => (
    <PageCard
      key={entry.id}
      entry={entry}
      name={name}
      current={entry.id === page}
      lifted={carried && lifted === i}
      target={carried && lifted !== null && lifted !== i && target === i}
      people={people.filter((person) => person.page === entry.id)}
      thumbnails={thumbnails}
      items={itemsOf(entry)}
      onOpen={() => {
        session.openPage(entry.id);
        onClose();
      }}
      onMove={(by) => step(entry, by)}
    />
  );

  return (
    <Dialog title={words.allPages} onClose={onClose} class="pages-dialog">
      {pages.length > 1 && <p class="hint">{words.dragHint}</p>}
      <ul class="page-cards" ref={list} data-arranging={lifted === null ? undefined : ""}>
        {pages.map((entry, i) => cardOf(entry, i, entry.title === "" ? words.page(i + 1) : entry.title, true))}
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
      <DeskPages session={session} cardOf={(entry) => cardOf(entry, -1, deskPageName(entry, deskPages, meeting), false)} onClose={onClose} />
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
