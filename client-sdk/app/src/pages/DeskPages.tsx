/** In the overview, apart from the pages of all: the own pages, and for those who lead the participants'. */
import type { PageEntry } from "@kakehashi/client";
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { icons } from "../board/icons";
import { leads } from "../board/meeting/leads";
import type { Session } from "../board/session";
import { useStore } from "../state/store";
import "../styles/own-pages.css";
import { words } from "../words";
import { deskFor, isOwn } from "./own";

export interface DeskPagesProps {
  readonly session: Session;
  readonly cardOf: (entry: PageEntry) => ComponentChildren;
  readonly onClose: () => void;
}

export function DeskPages({ session, cardOf, onClose }: DeskPagesProps) {
  const meeting = useStore(session.meeting);
  const all = useStore(session.deskPages);
  const id = useId();
  const own = all.filter((entry) => isOwn(meeting, entry));
  const others = all.filter((entry) => !isOwn(meeting, entry));
  const adds = deskFor(meeting) !== null;
  return (
    <>
      {(adds || own.length > 0) && (
        <section class="desk-pages" aria-labelledby={`${id}-own`}>
          <h3 id={`${id}-own`}>
            {icons.lock}
            {words.ownPages.mineTitle}
          </h3>
          <p class="hint">{words.ownPages.addHint}</p>
          <ul class="page-cards">
            {own.map(cardOf)}
            {adds && (
              <li class="page-card">
                <button
                  type="button"
                  class="page-picture page-new"
                  onClick={() => {
                    session.addOwnPage();
                    onClose();
                  }}
                >
                  {icons.addPage}
                  <span>{words.ownPages.add}</span>
                </button>
              </li>
            )}
          </ul>
        </section>
      )}
      {leads(meeting) && others.length > 0 && (
        <section class="desk-pages" aria-labelledby={`${id}-others`}>
          <h3 id={`${id}-others`}>
            {icons.lock}
            {words.ownPages.others}
          </h3>
          <p class="hint">{words.ownPages.othersHint}</p>
          <ul class="page-cards">{others.map(cardOf)}</ul>
        </section>
      )}
    </>
  );
}
