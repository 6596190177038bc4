/** The others on the board as a few discs; pressed, everybody by name, and whose view one may follow. */
import { useRef, useState } from "preact/hooks";
import { useStore } from "../../state/store";
import { Avatar } from "../../ui/Avatar";
import { Popover } from "../../ui/Popover";
import { words } from "../../words";
import type { Session } from "../session";
import { PeopleList } from "./PeopleList";

/** One's own disc stands before them. */
const SHOWN = 3;

export function PeopleButton({ session }: { session: Session }) {
  const people = useStore(session.following.people);
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLButtonElement>(null);
  if (people.length === 0) return null;
  const shown = people.length > SHOWN + 1 ? people.slice(0, SHOWN) : people;
  const more = people.length - shown.length;
  return (
    <>
      <button
        type="button"
        ref={anchor}
        class="others-here quiet"
        aria-label={words.peopleCount(people.length + 1)}
        aria-haspopup="dialog"
        aria-expanded={open}
        data-tip={words.peopleHere}
        onClick={() => setOpen(!open)}
      >
        <span class="discs" aria-hidden="true">
          {shown.map((person) => (
            <Avatar key={person.actor} name={person.name} color={person.color} />
          ))}
          {more > 0 && <span class="avatar more-people">+{more}</span>}
        </span>
        <span class="head-count" aria-hidden="true">
          {people.length + 1}
        </span>
      </button>
      {open && (
        <Popover anchor={anchor} side="below" label={words.peopleHere} class="people-popover" onClose={() => setOpen(false)}>
          <PeopleList session={session} onFollow={() => setOpen(false)} />
        </Popover>
      )}
    </>
  );
}
