/** One page in the overview: its picture opens it, its menu has the rest. */
import type { PageEntry, Participant } from "@kakehashi/client";
import { icons } from "../board/icons";
import { Avatar } from "../ui/Avatar";
import { Menu, type MenuItem } from "../ui/Menu";
import { words } from "../words";
import { Thumbnail } from "./Thumbnail";
import type { Thumbnails } from "./thumbnails";

/** More faces than this are a number. */
const FACES_MAX = 4;

export interface PageCardProps {
  readonly entry: PageEntry;
  readonly name: string;
  readonly current: boolean;
  readonly lifted: boolean;
  /** The carried card would be set down here. */
  readonly target: boolean;
  readonly people: readonly Participant[];
  readonly thumbnails: Thumbnails;
  readonly items: readonly (readonly MenuItem[])[];
  readonly onOpen: () => void;
  readonly onMove: (by: -1 | 1) => void;
}

export function PageCard(props: PageCardProps) {
  const { entry, name, current, people } = props;
  const said = entry.hidden ? `${name} (${words.pageHidden})` : entry.locked ? `${name} (${words.meeting.pageLocked})` : name;
  const names = people.map((person) => person.name).join(", ");
  return (
    <li
      class="page-card"
      data-card={entry.id}
      data-lifted={props.lifted ? "" : undefined}
      data-target={props.target ? "" : undefined}
      data-hidden={entry.hidden ? "" : undefined}
    >
      <button
        type="button"
        class="page-picture"
        aria-label={said}
        aria-current={current ? "page" : undefined}
        data-first={current ? "" : undefined}
        onClick={props.onOpen}
        onKeyDown={(event) => {
          if (!event.altKey || (event.key !== "ArrowLeft" && event.key !== "ArrowRight")) return;
          event.preventDefault();
          props.onMove(event.key === "ArrowLeft" ? -1 : 1);
        }}
      >
        <Thumbnail page={entry.id} thumbnails={props.thumbnails} />
        {entry.locked && !entry.hidden && (
          <span class="page-mark">
            {icons.lock}
            {words.meeting.pageLocked}
          </span>
        )}
        {entry.hidden && (
          <span class="page-mark">
            {icons.hide}
            {words.pageHidden}
          </span>
        )}
      </button>
      <div class="page-foot" data-still="">
        <span class="page-name">{name}</span>
        {people.length > 0 && (
          <span class="page-people" role="img" aria-label={words.someoneHere(names)} title={names}>
            {people.slice(0, FACES_MAX).map((person) => (
              <Avatar key={person.actor} name={person.name} color={person.color} />
            ))}
            {people.length > FACES_MAX && <span class="page-more">+{people.length - FACES_MAX}</span>}
          </span>
        )}
        <Menu label={words.pageActions(name)} icon={icons.more} side="below" items={props.items} />
      </div>
    </li>
  );
}
