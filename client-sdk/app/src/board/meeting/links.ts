/** Addresses within what was said. Only those of the web become links, and only if they lead where they seem to. */

export interface Piece {
  readonly text: string;
  /** Null: plain words. */
  readonly href: string | null;
}

const ADDRESS = /https?:\/\/[^\s<>"'「」『』（）、。]+/giu;
/** What ends a sentence rather than an address. */
const TAIL = /[.,;:!?)\]}…・]+$/u;
/** Marks that turn the direction of letters, or are not seen. */
const HIDDEN = /[\p{Cc}\p{Cf}]/u;

export function piecesOf(words: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of words.matchAll(ADDRESS)) {
    const text = match[0].replace(TAIL, "");
    const href = hrefOf(text);
    if (href === null) continue;
    if (match.index > from) pieces.push({ text: words.slice(from, match.index), href: null });
    pieces.push({ text, href });
    from = match.index + text.length;
  }
  if (from < words.length) pieces.push({ text: words.slice(from), href: null });
  return pieces;
}

/** A name before an @ looks like the place one goes to, and is not. */
function hrefOf(text: string): string | null {
  if (HIDDEN.test(text)) return null;
  try {
    const url = new URL(text);
    const ofTheWeb = url.protocol === "http:" || url.protocol === "https:";
    return ofTheWeb && url.username === "" && url.password === "" ? url.href : null;
  } catch {
    return null;
  }
}
