/** A board that is not to be had: what happened, and what one can do. */
import type { ComponentChildren } from "preact";
import { Bridge } from "../door/Bridge";
import { words } from "../words";

export interface PlainScreenProps {
  readonly title: string;
  readonly sentence: string;
  /** How it is said; at once if left out. */
  readonly role?: "alert" | "status";
  /** What one can do. */
  readonly children: ComponentChildren;
}

export function PlainScreen({ title, sentence, role = "alert", children }: PlainScreenProps) {
  return (
    <main class="plain-screen">
      <p class="door-name">
        <img src="/icon.svg" alt="" width="40" height="40" />
        {words.appName}
      </p>
      <h1>{title}</h1>
      <p class="plain-sentence" role={role}>
        {sentence}
      </p>
      <div class="plain-actions">{children}</div>
      <Bridge />
    </main>
  );
}
