/** What is on the page and what is selected, for those who do not see it. */
import type { RecordId } from "@kakehashi/client";
import { useEffect, useState } from "preact/hooks";
import { Calm } from "../../state/calm";
import { useStore } from "../../state/store";
import { words } from "../../words";
import type { Session } from "../session";
import { nameOf } from "./names";

/** Of a full page, so many are listed; the rest are counted. */
const LISTED_MAX = 100;
/** Milliseconds without a change, after which the page is read anew; and the longest time that changes are left unread. */
const PAUSE = 2000;
const RESTLESS = 15_000;
/** Milliseconds that a selection stands before it is said: a box that is being drawn takes many. */
const SETTLE = 120;

/** The element that says how things are reached by keys. */
export const HINT_ID = "board-hint";

export function Things({ session }: { session: Session }) {
  return (
    <div class="unseen">
      <p id={HINT_ID}>{words.selecting.boardHint}</p>
      <List session={session} />
      <Voice session={session} />
    </div>
  );
}

function List({ session }: { session: Session }) {
  const { board } = session;
  const [order, setOrder] = useState<readonly RecordId[]>([]);
  useEffect(() => {
    const read = (): void => setOrder(board.order());
    const reading = new Calm(read, () => PAUSE, RESTLESS);
    read();
    const stop = board.on((event) => {
      if (event.type === "records" || event.type === "people") reading.ask();
    });
    return () => {
      stop();
      reading.stop();
    };
  }, [board]);
  const listed = order.slice(0, LISTED_MAX).flatMap((id) => board.record(id) ?? []).filter(({ kind }) => kind !== "unknown");
  if (order.length === 0) return null;
  return (
    <ul role="list" aria-label={words.selecting.things}>
      {listed.map((record) => (
        <li key={record.id}>{nameOf(record, board)}</li>
      ))}
      {order.length > LISTED_MAX && <li>{words.selecting.thingsMore(order.length - LISTED_MAX)}</li>}
    </ul>
  );
}

/** Says what is selected. */
function Voice({ session }: { session: Session }) {
  const selection = useStore(session.selection);
  const [said, say] = useState("");
  const [before, setBefore] = useState(0);
  useEffect(() => {
    const timer = setTimeout(() => {
      if (selection.length > 0 || before > 0) say(sentence(session, selection));
      setBefore(selection.length);
    }, SETTLE);
    return () => clearTimeout(timer);
  }, [session, selection]);
  return <p aria-live="polite">{said}</p>;
}

function sentence({ board }: Session, selection: readonly RecordId[]): string {
  const [id, second] = selection;
  if (id === undefined) return words.selecting.selectedNone;
  const record = second === undefined ? board.record(id) : undefined;
  if (record === undefined) return words.selecting.selected(selection.length);
  const order = board.order();
  return words.selecting.thingOf(nameOf(record, board), order.indexOf(id) + 1, order.length);
}
