/** A board that is not to be had: what happened, and what one can do. */
import type { ComponentChildren } from "preact";
import { Bridge } from "../door/Bridge";
import { words } from "../words";

export interface PlainScreenProps {
  readonly title: string;
  readonly sentence: string;
  /** What one can do. */
  readonly children: ComponentChildren;
}

export function PlainScreen({ title, sentence, children }: PlainScreenProps) {
  return (
    <main class="plain-screen">
      <p class="door-name">
        <img src="/icon.svg" alt="" width="40" height="40" />
        {words.appName}
      </p>
      <h1>{title}</h1>
      <p class="plain-sentence" role="alert">
        {sentence}
      </p>
      <div class="plain-actions">{children}</div>
      <Bridge />
    </main>
  );
}
