/** Boards of this panel on which somebody has begun to write, until the server knows it: they are shown to those who may take them. */
import { place } from "../state/device";
import { keepWord, keptValue } from "../state/kept";

const NAME = "begun";

/** Those of which the server has not been told. */
export function begun(): readonly string[] {
  const kept = keptValue(NAME);
  return Array.isArray(kept) ? kept.filter((board): board is string => typeof board === "string") : [];
}

export function noteBegun(board: string): void {
  if (place.get() !== null && !begun().includes(board)) keepWord(NAME, JSON.stringify([...begun(), board]));
}

export function forgetBegun(told: readonly string[]): void {
  keepWord(NAME, JSON.stringify(begun().filter((board) => !told.includes(board))));
}
