/** One part of the device check: what it is, how it is, and what one does about it. */
import type { ComponentChildren } from "preact";
import { icons } from "../icons";

export interface CheckRowProps {
  readonly name: string;
  readonly icon: ComponentChildren;
  /** `waiting` and `works` are what they say, everything else is wrong in some way. */
  readonly found: string;
  readonly word: string;
  readonly children?: ComponentChildren;
}

export function CheckRow({ name, icon, found, word, children }: CheckRowProps) {
  const sign = found === "waiting" || found === "works" ? found : "wrong";
  return (
    <li class="check-row" data-found={sign}>
      <span class="check-icon">{icon}</span>
      <div class="check-words">
        <h3>
          {name}
          {sign === "works" && <span class="check-sign">{icons.check}</span>}
        </h3>
        <p role="status">{word}</p>
      </div>
      <div class="check-side">{children}</div>
    </li>
  );
}
