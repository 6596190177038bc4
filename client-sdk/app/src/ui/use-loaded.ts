/** A part of the app that is loaded when it is first shown. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

/** Nothing while it is being loaded; "failed" where it cannot be, as without the server. `load`: always the same function. */
export function useLoaded<Props>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> | null | "failed" {
  const [loaded, setLoaded] = useState<ComponentType<Props> | null | "failed">(null);
  useEffect(() => {
    let wanted = true;
    load().then(
      (found) => wanted && setLoaded(() => found),
      (error: unknown) => {
        console.warn(error);
        if (wanted) setLoaded("failed");
      },
    );
    return () => {
      wanted = false;
    };
  }, [load]);
  return loaded;
}
