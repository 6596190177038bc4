/** Keys that belong to an input method. */

/** What a browser reports for a key that an input method has taken. */
const TAKEN = 229;

/**
 * Whether a key belongs to a composition. Safari tells of the Enter and Escape that end one only after
 * the end, as keys of nothing; by their number they are still known.
 */
export function belongsToComposition(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === TAKEN;
}
