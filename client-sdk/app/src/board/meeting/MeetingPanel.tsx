/**
 * The meeting panel: beside the sheet where a window is wide, over it from below elsewhere (styles/meeting.css).
 * It does not take the board away: one goes on writing while it is open. Escape closes it from within.
 */
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { useStore } from "../../state/store";
import { belongsToComposition } from "../../ui/composing";
import { stepOf } from "../../ui/focus";
import { IconButton } from "../../ui/IconButton";
import { words } from "../../words";
import { icons } from "../icons";
import type { Session } from "../session";
import { type Section, SECTIONS } from "./sections";
import { SessionHead } from "./SessionHead";
import { type SectionName, shownSection } from "./shown";

export function MeetingPanel({ session }: { session: Session }) {
  const shown = useStore(shownSection);
  return shown === null ? null : <OpenPanel session={session} shown={shown} />;
}

function OpenPanel({ session, shown }: { session: Session; shown: SectionName }) {
  const meeting = useStore(session.meeting);
  // What was said changes it too.
  useStore(session.talk.unread);
  const id = useId();
  const panel = useRef<HTMLElement>(null);
  const sections = SECTIONS.filter(({ seenBy }) => seenBy(meeting));
  const chosen = sections.find(({ name }) => name === shown) ?? sections[0];

  // The focus goes in, and back to the button unless it went on somewhere else meanwhile.
  useLayoutEffect(() => {
    const inside = panel.current;
    const before = document.activeElement;
    inside?.querySelector<HTMLElement>('[role="tab"][aria-selected="true"]')?.focus({ preventScroll: true });
    return () => {
      const now = document.activeElement;
      if (before instanceof HTMLElement && (now === document.body || now === null || inside?.contains(now))) before.focus({ preventScroll: true });
    };
  }, []);

  if (chosen === undefined) return null;
  const close = (): void => shownSection.set(null);
  const key = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || event.defaultPrevented || belongsToComposition(event)) return;
    event.preventDefault();
    event.stopPropagation();
    close();
  };
  const { Body } = chosen;
  return (
    <aside class="meeting-panel" ref={panel} aria-label={words.meeting.meeting} onKeyDown={key}>
      <div class="meeting-head">
        <SessionHead session={session} />
        <IconButton label={words.meeting.closePanel} icon={icons.close} onClick={close} />
      </div>
      <Tabs session={session} sections={sections} chosen={chosen.name} id={id} />
      <div class="meeting-body" id={`${id}-body`} role="tabpanel" aria-labelledby={`${id}-${chosen.name}`}>
        <Body session={session} />
      </div>
    </aside>
  );
}

interface TabsProps {
  readonly session: Session;
  readonly sections: readonly Section[];
  readonly chosen: SectionName;
  readonly id: string;
}

function Tabs({ session, sections, chosen, id }: TabsProps) {
  const list = useRef<HTMLDivElement>(null);
  const walk = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const to = stepOf(event.key, sections.findIndex(({ name }) => name === chosen), sections.length);
    const section = to === null ? undefined : sections[to];
    if (section === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    shownSection.set(section.name);
    list.current?.querySelector<HTMLElement>(`#${CSS.escape(`${id}-${section.name}`)}`)?.focus();
  };
  return (
    <div class="meeting-tabs" ref={list} role="tablist" aria-label={words.meeting.meeting} onKeyDown={walk}>
      {sections.map((section) => {
        const news = section.news?.(session);
        return (
          <button
            key={section.name}
            type="button"
            class="quiet"
            role="tab"
            id={`${id}-${section.name}`}
            aria-controls={`${id}-body`}
            aria-selected={section.name === chosen}
            tabIndex={section.name === chosen ? 0 : -1}
            onClick={() => shownSection.set(section.name)}
          >
            {section.title()}
            {news !== undefined && news.count > 0 && (
              <span class="meeting-news" role="img" aria-label={news.sentence}>
                {news.count}
              </span>
            )}
          </button>
        );
      })}
    </div>
  );
}
