/** Names of people. They are shown beside and within other words, and any client may have sent them. */

/** Marks that turn the direction of what follows, in whatever they are put (Unicode Annex 9). */
const TURNING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/** What ends a line, or is nothing to be seen. */
const BLANK = /[\p{Cc}\p{Zl}\p{Zp}\s]+/gu;

/** One line of letters that leaves the words around it as they are. */
export function plainName(name: string): string {
  return name.replace(TURNING, "").replace(BLANK, " ").trim();
}

export function plainlyNamed<Named extends { readonly name: string }>(named: Named): Named {
  return { ...named, name: plainName(named.name) };
}
