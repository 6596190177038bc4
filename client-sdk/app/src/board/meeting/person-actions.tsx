/** What those who lead may do about somebody, as a menu: only what they may. */
import type { Attendee, Board } from "@kakehashi/client";
import type { MenuItem } from "../../ui/Menu";
import { deskPageName } from "../../pages/own";
import { words } from "../../words";
import { icons } from "../icons";
import type { Session } from "../session";
import { leads } from "./leads";
import { directs, rolesFor } from "./may";

export interface Asked {
  readonly rename: () => void;
  readonly remove: () => void;
}

export function actionsOn(session: Session, attendee: Attendee, asked: Asked): readonly (readonly MenuItem[])[] {
  const meeting = session.meeting.get();
  const { id } = attendee;
  if (!leads(meeting) || id === meeting.me?.participant) return [];
  const may = directs(meeting, attendee);
  const act = (change: (board: Board) => void) => (): void => void session.govern(change);
  const deskPages = session.deskPages.get();
  const pages = deskPages
    .filter(({ desk }) => desk === id)
    .map((entry): MenuItem => ({ name: words.ownPages.open(deskPageName(entry, deskPages, meeting)), icon: icons.pages, act: () => session.openPage(entry.id) }));
  const now: MenuItem[] = [];
  if (attendee.hand !== null) now.push({ name: words.meeting.lowerHandOf(attendee.name), icon: icons.raiseHand, act: act((board) => board.raiseHand(false, id)) });
  // Those who lead write also while it is held.
  if (may && attendee.held) now.push({ name: words.meeting.letWrite, icon: icons.unlock, act: act((board) => board.holdParticipant(id, false)) });
  else if (may && attendee.role === "member") now.push({ name: words.meeting.holdOne, icon: icons.lock, act: act((board) => board.holdParticipant(id, true)) });
  const roles = rolesFor(meeting, attendee).map((role): MenuItem => ({ name: words.meeting.makeRoles[role], icon: icons.account, act: act((board) => board.setRole(id, role)) }));
  const made: MenuItem[] = [
    ...(may ? [{ name: words.meeting.rename, icon: icons.edit, act: asked.rename }] : []),
    attendee.setAside
      ? { name: words.meeting.bringBack, icon: icons.show, act: act((board) => board.setAside(id, false)) }
      : { name: words.meeting.putAside, icon: icons.hide, act: act((board) => board.setAside(id, true)) },
  ];
  return [pages, now, roles, made, may ? [{ name: words.meeting.remove, icon: icons.end, act: asked.remove }] : []];
}
