/** Single words that the device keeps for this app. Storage may be forbidden; then they last as long as the page. */

export function keptWord(name: string): string | null {
  try {
    return localStorage.getItem(keyOf(name));
  } catch {
    return null;
  }
}

export function keepWord(name: string, word: string): void {
  try {
    localStorage.setItem(keyOf(name), word);
  } catch {
    // As if it had been forgotten.
  }
}

/** What this tab keeps, also when its page is loaded anew; a further tab has it not. */
export function wordInTab(name: string): string | null {
  try {
    return sessionStorage.getItem(keyOf(name));
  } catch {
    return null;
  }
}

export function keepWordInTab(name: string, word: string): void {
  try {
    sessionStorage.setItem(keyOf(name), word);
  } catch {
    // As if it had been forgotten.
  }
}

/** As JSON; null for what is missing, and for what is none. */
export function keptValue(name: string): unknown {
  return parsed(keptWord(name));
}

export function parsed(word: string | null): unknown {
  try {
    return JSON.parse(word ?? "null");
  } catch {
    return null;
  }
}

/** Under which it stands in the browser's storage. */
export function keyOf(name: string): string {
  return `kakehashi.${name}`;
}
