/** The signs to give, each with what it means. */
import { useEffect, useState } from "preact/hooks";
import { words } from "../../words";
import { serverNow } from "./countdown";
import type { SectionProps } from "./sections";
import { SIGNS } from "./signs";

/** Milliseconds before the next one: nobody floods a class. */
const REST = 800;

export function SignsSection({ session }: SectionProps) {
  const [given, setGiven] = useState<number | null>(null);
  useEffect(() => {
    if (given === null) return;
    const timer = setTimeout(() => setGiven(null), REST);
    return () => clearTimeout(timer);
  }, [given]);
  return (
    <section class="talk-group">
      <p class="hint">{words.talk.signsHint}</p>
      <div class="signs" role="group" aria-label={words.talk.signsTitle}>
        {SIGNS.map((icon, sign) => (
          <button
            key={sign}
            type="button"
            class="sign"
            aria-disabled={given !== null}
            onClick={() => {
              if (given !== null) return;
              session.board.react(sign);
              session.ownSign.set({ sign, at: serverNow(session.meeting.get()) });
              setGiven(sign);
            }}
          >
            {icon}
            <span>{words.talk.signs[sign]}</span>
          </button>
        ))}
      </div>
    </section>
  );
}
