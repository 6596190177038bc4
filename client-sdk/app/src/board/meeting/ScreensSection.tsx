/** What each screen of the meeting really shows, live: the page in small, the part of it in sight there, how far behind it is. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Thumbnail } from "../../pages/Thumbnail";
import { Thumbnails } from "../../pages/thumbnails";
import { useStore } from "../../state/store";
import { words } from "../../words";
import type { Session } from "../session";
import { Lags } from "./lag";
import { reportEvery } from "./painted";
import { type Screen, screensOf, type Step, stepOf } from "./screens";
import type { SectionProps } from "./sections";
import { ViewFrame } from "./ViewFrame";

/** Milliseconds between two looks at the clock. */
const LOOK = 1000;

export function ScreensSection({ session }: SectionProps) {
  const { board } = session;
  const meeting = useStore(session.meeting);
  const people = useStore(session.following.people);
  const pages = useStore(session.pages);
  const lags = useMemo(() => new Lags(board), [board]);
  const thumbnails = useMemo(() => new Thumbnails(session), [session]);
  useEffect(
    () => () => {
      lags.close();
      thumbnails.close();
    },
    [lags, thumbnails],
  );
  const [, look] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => look((before) => before + 1), LOOK);
    return () => clearInterval(timer);
  }, []);
  const here = useWasHere(session);

  const screens = screensOf(meeting, people, (participant) => here.has(participant));
  if (screens.length === 0) return <p class="hint">{words.talk.noScreens}</p>;
  const every = reportEvery(meeting);
  return (
    <ul class="screens">
      {screens.map((screen) => {
        const number = pages.findIndex(({ id }) => id === screen.page);
        return (
          <li key={screen.actor ?? screen.participant.id} class="screen">
            <span class="screen-picture">
              {screen.page !== null && number >= 0 && screen.actor !== null && (
                <>
                  <Thumbnail key={screen.page} page={screen.page} thumbnails={thumbnails} />
                  <ViewFrame board={board} page={screen.page} actor={screen.actor} />
                </>
              )}
            </span>
            <ScreenWords screen={screen} page={number < 0 ? words.onNoPage : words.onPage(number + 1)} lags={lags} every={every} />
          </li>
        );
      })}
    </ul>
  );
}

interface ScreenWordsProps {
  readonly screen: Screen;
  readonly page: string;
  readonly lags: Lags;
  readonly every: number;
}

function ScreenWords({ screen, page, lags, every }: ScreenWordsProps) {
  const { participant, painted, roundTrip } = screen;
  const lag = screen.page === null || painted === null ? null : lags.of(screen.page, painted);
  const step = stepOf(screen, lag, every);
  const notes = [...(participant.entrance === "panel" ? [words.talk.panel] : []), ...(screen.actor === null ? [] : [page])];
  return (
    <span class="screen-words">
      <bdi class="screen-name">{participant.name}</bdi>
      <span class="screen-notes">{notes.join(" · ")}</span>
      <span class={`screen-step ${step}`}>
        <span class="screen-dot" aria-hidden="true" />
        {sentenceOf(step, Math.round((lag?.ms ?? 0) / 1000))}
        {roundTrip !== null && <span class="screen-trip">{words.talk.roundTrip(roundTrip)}</span>}
      </span>
    </span>
  );
}

function sentenceOf(step: Step, seconds: number): string {
  switch (step) {
    case "gone":
      return words.talk.noConnection;
    case "unknown":
      return words.talk.notToldYet;
    case "in-step":
      return words.talk.inStep;
    case "behind":
    case "far-behind":
      return words.talk.secondsBehind(seconds);
  }
}

/** Who was here in this session: if they have no connection, that is worth seeing. */
function useWasHere({ board, meeting }: Session): ReadonlySet<string> {
  const { session, participants } = useStore(meeting);
  const linked = participants.filter(({ links }) => links.length > 0).map(({ id }) => id);
  const known = useRef(new Set<string>());
  for (const id of linked) known.current.add(id);
  useEffect(() => {
    known.current = new Set([...linked, ...board.attendance().flatMap((row) => (row.session === session ? [row.participant] : []))]);
  }, [board, session]);
  return known.current;
}
