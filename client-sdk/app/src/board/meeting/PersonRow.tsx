/** One of the people: who they are and how they are, Follow, and what one may do about them. */
import type { Attendee } from "@kakehashi/client";
import { useState } from "preact/hooks";
import { deskPageName } from "../../pages/own";
import { useStore } from "../../state/store";
import { Ask } from "../../ui/Ask";
import { Avatar } from "../../ui/Avatar";
import { Menu } from "../../ui/Menu";
import { words } from "../../words";
import { PersonCall } from "../call/PersonCall";
import { icons } from "../icons";
import type { Session } from "../session";
import { raisedHands } from "./may";
import { actionsOn } from "./person-actions";
import { RenameDialog } from "./RenameDialog";
import { linkOf, type Row } from "./rows";
import { makeRoom } from "./shown";
import { timeOfDay } from "../../people/time";

export interface PersonRowProps {
  readonly session: Session;
  readonly row: Row;
  /** When they were last seen, if they are not here. */
  readonly gone: number | undefined;
}

export function PersonRow({ session, row, gone }: PersonRowProps) {
  const { following, board } = session;
  const { attendee, here, me } = row;
  const meeting = useStore(session.meeting);
  useStore(session.deskPages);
  const leader = useStore(following.leader);
  const [asks, setAsks] = useState<"remove" | "rename" | null>(null);
  const [shown] = here;
  const followed = shown !== undefined && here.some(({ actor }) => actor === leader?.actor);
  const hand = attendee === null ? -1 : raisedHands(meeting).findIndex(({ id }) => id === attendee.id);
  const close = (): void => setAsks(null);
  const items = attendee === null ? [] : actionsOn(session, attendee, { rename: () => setAsks("rename"), remove: () => setAsks("remove") });
  return (
    <li data-away={isAway(row) ? "" : undefined}>
      <Avatar name={row.name} color={row.color} />
      <span class="person">
        <span class="person-name">
          <bdi>{me ? words.myself(row.name) : row.name}</bdi>
          {hand >= 0 && (
            <span class="person-hand" role="img" aria-label={words.meeting.handNumber(hand + 1)}>
              {icons.raiseHand}
              {hand + 1}
            </span>
          )}
        </span>
        <Notes session={session} row={row} gone={gone} />
      </span>
      <PersonCall session={session} row={row} />
      {!me && shown !== undefined && (
        <button
          type="button"
          aria-pressed={followed}
          aria-label={words.followName(row.name)}
          onClick={() => {
            if (followed) {
              following.stop();
            } else {
              following.follow(shown.actor);
              makeRoom();
            }
          }}
        >
          {followed ? words.stop : words.follow}
        </button>
      )}
      {items.some((group) => group.length > 0) && <Menu label={words.meeting.actionsFor(row.name)} icon={icons.more} side="left" items={items} />}
      {attendee !== null && asks === "rename" && <RenameDialog session={session} attendee={attendee} onClose={close} />}
      {attendee !== null && asks === "remove" && (
        <Ask
          title={words.meeting.removeTitle(row.name)}
          text={words.meeting.removeText}
          yes={words.meeting.removeYes}
          no={words.meeting.keepIn}
          onYes={() =>
            session.govern(() => {
              // Let in again, they would stand with a hand up that they raised for something else.
              if (attendee.hand !== null) board.raiseHand(false, attendee.id);
              board.remove(attendee.id, true);
            })
          }
          onClose={close}
        />
      )}
    </li>
  );
}

function isAway({ attendee, me }: Row): boolean {
  return attendee !== null && attendee.links.length === 0 && !me;
}

function Notes({ session, row, gone }: PersonRowProps) {
  const { attendee, here, me } = row;
  const { board, following } = session;
  const pages = useStore(session.pages);
  const deskPages = useStore(session.deskPages);
  const page = useStore(session.page);
  const leader = useStore(following.leader);
  const people = useStore(following.people);

  const placeOf = (id: string | null): string => {
    const at = pages.findIndex((entry) => entry.id === id);
    if (at >= 0) return words.onPage(at + 1);
    const atDesk = deskPages.find((entry) => entry.id === id);
    return atDesk === undefined ? words.onNoPage : deskPageName(atDesk, deskPages, session.meeting.get());
  };
  const nameOf = (actor: string): string => people.find((person) => person.actor === actor)?.name ?? words.somebody;
  const followedBy = (actor: string | null): string | null =>
    actor === null ? null : actor === board.actor ? words.followsYou : words.followsName(nameOf(actor));

  const [shown] = here;
  const away = isAway(row) ? (gone === undefined ? words.meeting.notHere : words.meeting.goneSince(timeOfDay(gone))) : null;
  const place = me ? placeOf(page) : shown === undefined ? null : placeOf(shown.page);
  const role = attendee === null ? null : attendee.acting ? `${words.meeting.roles[attendee.role]} (${words.meeting.acting})` : words.meeting.roles[attendee.role];
  const byLink = attendee === null && session.meeting.get().session !== null ? words.meeting.byLink : null;
  const notes = [role, byLink, place, followedBy(me ? (leader?.actor ?? null) : (shown?.following ?? null)), away];
  return (
    <>
      <span class="person-notes">{notes.filter((note) => note !== null).join(" · ")}</span>
      {attendee !== null && <States attendee={attendee} />}
    </>
  );
}

/** What is not as usual, and how the link is. */
function States({ attendee }: { attendee: Attendee }) {
  const link = linkOf(attendee);
  const states = [
    ...(attendee.held ? [words.meeting.held] : []),
    ...(attendee.setAside ? [words.meeting.setAside] : []),
    ...(attendee.links.length > 1 ? [words.meeting.devices(attendee.links.length)] : []),
  ];
  if (states.length === 0 && link === null) return null;
  return (
    <span class="person-notes">
      {link !== null && (
        <span class="person-link" data-link={link.state}>
          <span class="link-bars" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          {words.meeting.linkOf(words.meeting.links[link.state], link.milliseconds)}
        </span>
      )}
      {states.map((state) => (
        <span key={state} class="person-state">
          {state}
        </span>
      ))}
    </span>
  );
}
