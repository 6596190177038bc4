/** What a board is joined by, however it was typed, pasted or scanned. */

const DIGITS = 9;
/** What may stand between the digits; after NFKC. */
const BETWEEN = "[\\s\\-\\u2010-\\u2015\\u2212\\u30fc.]";
/** A code with anything around it that is no digit. */
const CODE_IN_TEXT = new RegExp(`(?:^|[^0-9])([0-9]{3})${BETWEEN}*([0-9]{3})${BETWEEN}*([0-9]{3})(?![0-9])`);
/** A board's name, in its link or by itself. */
const LINK = /\/b\/([0-9a-z]{26})(?![0-9a-z])/i;
const NAME = /^[0-9a-z]{26}$/i;
/** What opens a board besides its name, at the end of a link. */
const TOKEN = /#link=([0-9a-f]{64})(?![0-9a-f])/;

export type Target = { readonly code: string } | { readonly board: string; readonly link?: string };

/** `123456789` from `123-456-789`, `123 456 789` or full-width digits; null if it is no code. */
export function parseCode(typed: string): string | null {
  const digits = typed.normalize("NFKC").replace(new RegExp(BETWEEN, "g"), "");
  return digits.length === DIGITS && /^[0-9]+$/.test(digits) ? digits : null;
}

/**
 * A code, or a link of a board, also in the middle of a sentence that was pasted. Of a link only
 * the board counts, not the host: a server has several names, and nobody is led to another one.
 */
export function targetOf(typed: string): Target | null {
  const text = typed.normalize("NFKC").trim();
  const board = LINK.exec(text)?.[1] ?? NAME.exec(text)?.[0];
  const link = TOKEN.exec(text)?.[1];
  if (board !== undefined) return { board: board.toLowerCase(), ...(link === undefined ? {} : { link }) };
  const code = parseCode(text) ?? CODE_IN_TEXT.exec(text)?.slice(1).join("");
  return code === undefined ? null : { code };
}

/** `123-456-789`, as it is read aloud. */
export function showCode(code: string): string {
  return code.replace(/^(\d{3})(\d{3})(\d{3})$/, "$1-$2-$3");
}
