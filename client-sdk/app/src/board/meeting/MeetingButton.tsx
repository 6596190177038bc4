/** The way to the meeting panel: who else is on the board as a few discs, whether a session is on, and whether somebody waits. */
import { useId } from "preact/hooks";
import { useStore } from "../../state/store";
import { Avatar } from "../../ui/Avatar";
import { words } from "../../words";
import { icons } from "../icons";
import type { Session } from "../session";
import { SECTIONS } from "./sections";
import { shownSection, togglePanel } from "./shown";
import { timeOfDay } from "../../people/time";

/** Discs beside the word. */
const SHOWN = 3;

export function MeetingButton({ session }: { session: Session }) {
  const people = useStore(session.following.people);
  const meeting = useStore(session.meeting);
  // What was said changes it too.
  useStore(session.talk.unread);
  const open = useStore(shownSection) !== null;
  const state = useId();
  const shown = people.length > SHOWN + 1 ? people.slice(0, SHOWN) : people;
  const more = people.length - shown.length;
  const news = SECTIONS.filter(({ seenBy }) => seenBy(meeting)).flatMap((section) => section.news?.(session) ?? []);
  const count = news.reduce((sum, each) => sum + each.count, 0);
  const on = meeting.session === null ? [] : [words.meeting.onSince(timeOfDay(meeting.session))];
  const said = [words.peopleCount(people.length + 1), ...on, ...news.filter((each) => each.count > 0).map(({ sentence }) => sentence)];
  return (
    <button
      type="button"
      class="to-meeting quiet"
      aria-label={words.meeting.meeting}
      aria-describedby={state}
      aria-expanded={open}
      data-tip={words.meeting.meeting}
      data-on={meeting.session === null ? undefined : ""}
      onClick={togglePanel}
    >
      {icons.people}
      {people.length > 0 && (
        <span class="discs" aria-hidden="true">
          {shown.map((person) => (
            <Avatar key={person.actor} name={person.name} color={person.color} />
          ))}
          {more > 0 && <span class="avatar more-people">+{more}</span>}
        </span>
      )}
      <span class="head-count" aria-hidden="true">
        {people.length + 1}
      </span>
      <span class="to-meeting-name">{words.meeting.meeting}</span>
      {count > 0 && (
        <span class="meeting-news" aria-hidden="true">
          {count}
        </span>
      )}
      <span class="unseen" id={state}>
        {said.join(" · ")}
      </span>
    </button>
  );
}
