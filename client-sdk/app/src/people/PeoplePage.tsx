/** The frame of a screen of accounts: where one is, a title, and the way back to the front door. */
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { doorPath } from "../route";
import { Way } from "../ui/Way";
import { words } from "../words";

export interface PeoplePageProps {
  readonly title: string;
  readonly wide?: boolean;
  readonly children: ComponentChildren;
}

export function PeoplePage({ title, wide = false, children }: PeoplePageProps) {
  useEffect(() => {
    document.title = `${title} · ${words.appName}`;
    return () => {
      document.title = words.appName;
    };
  }, [title]);
  return (
    <main class={`people-page ${wide ? "wide" : ""}`}>
      <header class="people-top">
        <Way to={doorPath()} look="door-name">
          <img src="/icon.svg" alt="" width="40" height="40" />
          {words.appName}
        </Way>
      </header>
      <h1>{title}</h1>
      {children}
    </main>
  );
}
