/** Who made what is selected: a small line on the edge of the selection's bar, which lets every press through. */
import { useEffect, useState } from "preact/hooks";
import { identity } from "../../state/identity";
import { useStore } from "../../state/store";
import { Named } from "../../ui/Named";
import { opaque } from "../../ui/on-color";
import { words } from "../../words";
import type { Session } from "../session";
import { isKnown, type Maker, makerOf } from "./authors";

export function MadeBy({ makers }: { makers: readonly Maker[] }) {
  const me = useStore(identity);
  const [lone, second] = makers;
  if (lone === undefined || (second === undefined && !isKnown(lone))) return null;
  const color = lone.me ? me.color : (lone.author?.color ?? "");
  return (
    <p class="made-by">
      {second === undefined && <span class="made-by-color" style={{ background: opaque(color) }} aria-hidden="true" />}
      <span class="made-by-name">
        {second !== undefined ? (
          words.madeByMany(makers.length)
        ) : lone.me ? (
          words.madeByYou
        ) : (
          lone.author !== null && <Named sentence={words.madeBy} name={lone.author.name} />
        )}
      </span>
    </p>
  );
}

/** What the action is called that selects all of somebody's. */
export function allBy({ me, author }: Maker): string {
  return me ? words.selectAllYours : words.selectAllBy(author?.name ?? words.somebody);
}

/** Selects everything on this page that the same person made. */
export function selectAllBy({ board, selection }: Session, maker: Maker): void {
  const records = board.records().filter((record) => !record.locked && record.kind !== "unknown");
  const theirs = new Set([...new Set(records.map(({ author }) => author))].filter((actor) => makerOf(board, actor).key === maker.key));
  selection.set(records.filter(({ author }) => theirs.has(author)).map(({ id }) => id));
}

/** Shows it again when names become known. */
export function useAuthors({ board }: Session): void {
  const [, count] = useState(0);
  useEffect(
    () =>
      board.on((event) => {
        if (event.type === "people") count((before) => before + 1);
      }),
    [board],
  );
}
