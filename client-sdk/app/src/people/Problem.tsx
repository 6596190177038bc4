/** What went wrong, in a sentence; nothing as long as nothing did. */
import { useEffect, useRef } from "preact/hooks";

export function Problem({ sentence }: { sentence: string | null }) {
  const said = useRef<HTMLParagraphElement>(null);
  // On a small screen it stands outside of what is seen.
  useEffect(() => said.current?.scrollIntoView({ block: "nearest" }), [sentence]);
  if (sentence === null) return null;
  return (
    <p class="people-problem" role="alert" ref={said}>
      {sentence}
    </p>
  );
}
