/** Who made what is selected; pressed, all that they made on this page is selected. */
import type { ShapeRecord } from "@kakehashi/client";
import { useEffect, useState } from "preact/hooks";
import { identity } from "../../state/identity";
import { useStore } from "../../state/store";
import { Avatar } from "../../ui/Avatar";
import { words } from "../../words";
import { icons } from "../icons";
import type { Session } from "../session";
import { makerOf, makersOf } from "./authors";

/** Of a person who never said. */
const UNKNOWN_COLOR = "#455a64";

export function MadeBy({ session, records }: { session: Session; records: readonly ShapeRecord[] }) {
  const me = useStore(identity);
  useAuthors(session);
  const { board } = session;
  const makers = makersOf(board, records);
  const [lone, second] = makers;
  if (lone === undefined) return null;
  if (second !== undefined) return <p class="made-by">{words.madeByMany(makers.length)}</p>;

  const selectAll = (): void => {
    const theirs = board.records().filter((record) => !record.locked && record.kind !== "unknown" && makerOf(board, record.author).key === lone.key);
    session.selection.set(theirs.map(({ id }) => id));
  };
  const { name, color } = lone.me ? me : (lone.author ?? { name: words.somebody, color: UNKNOWN_COLOR });
  const says = lone.me ? words.madeByYou : words.madeBy(name);
  const does = lone.me ? words.selectAllYours : words.selectAllBy(name);
  return (
    <button type="button" class="made-by quiet" aria-label={`${says}. ${does}`} data-tip={does} onClick={selectAll}>
      <Avatar name={name} color={color} />
      <span class="made-by-name">{says}</span>
      {icons.selectAll}
    </button>
  );
}

/** Shows it again when names become known. */
function useAuthors({ board }: Session): void {
  const [, count] = useState(0);
  useEffect(
    () =>
      board.on((event) => {
        if (event.type === "people") count((before) => before + 1);
      }),
    [board],
  );
}
