/**
 * The parts of the meeting panel. A new one is a component of its own in this folder, which is given the open
 * board's {@link Session} and reads `session.meeting` (a store of what the engine says of the meeting), and a line in
 * this list: its name (in `shown.ts`), what its tab is called (a word of `words/meeting.ts` or of a file of your
 * own), and who sees it. The panel does the rest: tabs, keys, scrolling, the place on each kind of screen.
 * A component stays mounted only while its tab is chosen; what counts meanwhile (unread words, say) is counted by
 * `news`, which is asked whenever the meeting changes, and stands on the tab and on the button in the head.
 */
import type { Meeting } from "@kakehashi/client";
import type { ComponentType } from "preact";
import { words } from "../../words";
import type { Session } from "../session";
import { AttendanceSection } from "./AttendanceSection";
import { ChatSection } from "./ChatSection";
import { LeadSection } from "./LeadSection";
import { leads, takesPart } from "./leads";
import { PeopleSection } from "./PeopleSection";
import { ScreensSection } from "./ScreensSection";
import { SignsSection } from "./SignsSection";
import type { SectionName } from "./shown";

export interface SectionProps {
  readonly session: Session;
}

export interface Section {
  readonly name: SectionName;
  readonly title: () => string;
  readonly seenBy: (meeting: Meeting) => boolean;
  readonly Body: ComponentType<SectionProps>;
  /** What there is to be looked at: how much, and the sentence that says so. */
  readonly news?: (session: Session) => { readonly count: number; readonly sentence: string };
}

export const SECTIONS: readonly Section[] = [
  {
    name: "people",
    title: () => words.meeting.people,
    seenBy: () => true,
    Body: PeopleSection,
    news: ({ meeting }) => {
      const waiting = meeting.get().lobby.length;
      return { count: waiting, sentence: words.meeting.waitingCount(waiting) };
    },
  },
  {
    name: "chat",
    title: () => words.talk.chat,
    seenBy: takesPart,
    Body: ChatSection,
    news: ({ talk }) => {
      const count = talk.unread.get();
      return { count, sentence: words.talk.unread(count) };
    },
  },
  { name: "signs", title: () => words.talk.signsTitle, seenBy: takesPart, Body: SignsSection },
  { name: "lead", title: () => words.talk.lead, seenBy: leads, Body: LeadSection },
  { name: "screens", title: () => words.talk.screens, seenBy: leads, Body: ScreensSection },
  { name: "attendance", title: () => words.talk.attendance, seenBy: leads, Body: AttendanceSection },
];
