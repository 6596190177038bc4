/** Who made what. One human has a new actor with each load of the page, so people are told apart by name and colour. */
import type { Author, Board, ShapeRecord } from "@kakehashi/client";

export interface Maker {
  /** The same for everything that one human made under one name and colour. */
  readonly key: string;
  readonly me: boolean;
  /** Unknown if they never said. */
  readonly author: Author | null;
}

/** Whether there is anybody to name: of those who never said their name there is nothing to say. */
export function isKnown(maker: Maker | undefined): maker is Maker {
  return maker !== undefined && (maker.me || maker.author !== null);
}

type Known = Pick<Board, "actor" | "author">;

export function makerOf(board: Known, actor: string): Maker {
  const author = board.author(actor) ?? null;
  if (actor === board.actor) return { key: "me", me: true, author };
  return { key: author === null ? "somebody" : `${author.color} ${author.name}`, me: false, author };
}

/** Each maker once, in the order of the records. */
export function makersOf(board: Known, records: readonly ShapeRecord[]): readonly Maker[] {
  const makers = new Map<string, Maker>();
  for (const actor of new Set(records.map(({ author }) => author))) {
    const maker = makerOf(board, actor);
    if (!makers.has(maker.key)) makers.set(maker.key, maker);
  }
  return [...makers.values()];
}
