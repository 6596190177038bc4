/** A value that the page and the canvas both look at. */
import { useEffect, useState } from "preact/hooks";

export interface Store<T> {
  get(): T;
  /** Tells the listeners only if the value is another one. */
  set(value: T): void;
  on(listener: (value: T) => void): () => void;
}

export function store<T>(initial: T): Store<T> {
  let value = initial;
  const listeners = new Set<(value: T) => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of [...listeners]) listener(value);
    },
    on(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export function useStore<T>(source: Store<T>): T {
  const [value, setValue] = useState<T>(() => source.get());
  useEffect(() => {
    // What was set between painting and listening must not be missed.
    setValue(() => source.get());
    return source.on((next) => setValue(() => next));
  }, [source]);
  return value;
}
