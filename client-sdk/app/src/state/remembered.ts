/** Choices that the device remembers: a few named values, each one of a list. */
import { keepWord, keptValue } from "./kept";
import { type Store, store } from "./store";

/** What each part of a choice may be. */
export type Allowed<T> = { readonly [K in keyof T]: readonly T[K][] };

/** A store whose value is kept under `name`. What is kept and no longer allowed falls back to `initial`, part by part. */
export function remembered<T extends object>(name: string, initial: T, allowed: Allowed<T>): Store<T> {
  const chosen = store<T>(allowedParts(keptValue(name), initial, allowed));
  chosen.on((value) => keepWord(name, JSON.stringify(value)));
  return chosen;
}

/** Takes from `kept` only what is allowed. */
export function allowedParts<T extends object>(kept: unknown, initial: T, allowed: Allowed<T>): T {
  const value = { ...initial };
  if (typeof kept !== "object" || kept === null) return value;
  for (const part of Object.keys(allowed) as (keyof T)[]) {
    const found = allowed[part].find((one) => one === (kept as Partial<T>)[part]);
    if (found !== undefined) value[part] = found;
  }
  return value;
}
