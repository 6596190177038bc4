/** Something that the server knows, asked for when a screen is shown and again after a change. */
import { useCallback, useEffect, useState } from "preact/hooks";
import { sentenceOf } from "./requests";

export interface Asked<T> {
  readonly value: T | null;
  /** Why there is none. */
  readonly problem: string | null;
  again(): void;
  /** Shows what it is to be from now on, while the server is told. */
  foresee(value: T): void;
}

/** `request`: always the same function. */
export function useAsked<T>(request: () => Promise<T>): Asked<T> {
  const [value, setValue] = useState<T | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [times, setTimes] = useState(0);
  useEffect(() => {
    let wanted = true;
    request().then(
      (found) => {
        if (!wanted) return;
        setValue(found);
        setProblem(null);
      },
      (error: unknown) => wanted && setProblem(sentenceOf(error)),
    );
    return () => {
      wanted = false;
    };
  }, [request, times]);
  return { value, problem, again: useCallback(() => setTimes((before) => before + 1), []), foresee: setValue };
}
