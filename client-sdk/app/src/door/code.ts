/** The nine digits by which a board is joined, however they were typed. */

const DIGITS = 9;

/** `123456789` from `123-456-789`, `123 456 789` or full-width digits; null if it is no code. */
export function parseCode(typed: string): string | null {
  const digits = typed.normalize("NFKC").replace(/[\s\-\u2010-\u2015\u2212\u30fc.]/g, "");
  return digits.length === DIGITS && /^[0-9]+$/.test(digits) ? digits : null;
}

/** `123-456-789`, as it is read aloud. */
export function showCode(code: string): string {
  return code.replace(/^(\d{3})(\d{3})(\d{3})$/, "$1-$2-$3");
}
