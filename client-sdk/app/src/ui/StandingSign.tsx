/** That a date of a session is live or over, said beside its name; of others nothing. */
import type { Standing } from "../state/timetable";
import { words } from "../words";

export function StandingSign({ standing }: { standing: Standing }) {
  if (standing !== "live" && standing !== "ended") return null;
  return (
    <span class="standing" data-standing={standing}>
      {standing === "live" ? words.liveNow : words.hasEnded}
    </span>
  );
}
