/** What those who lead do with a class: the timer, and all on one view. */
import type { SectionProps } from "./sections";
import { SpotlightSettings } from "./SpotlightSettings";
import { TimerSettings } from "./TimerSettings";
import { useStore } from "../../state/store";
import { words } from "../../words";

export function LeadSection({ session }: SectionProps) {
  const meeting = useStore(session.meeting);
  if (meeting.session === null) return <p class="hint">{words.talk.onlyInSession}</p>;
  return (
    <>
      <TimerSettings session={session} />
      <SpotlightSettings session={session} />
    </>
  );
}
