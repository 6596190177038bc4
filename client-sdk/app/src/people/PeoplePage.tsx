/** The frame of a screen of accounts: where one is, a title, and the way back to the front door. */
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { doorPath, go } from "../route";
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
        <a
          class="door-name"
          href={doorPath()}
          onClick={(event) => {
            event.preventDefault();
            go(doorPath());
          }}
        >
          <img src="/icon.svg" alt="" width="40" height="40" />
          {words.appName}
        </a>
      </header>
      <h1>{title}</h1>
      {children}
    </main>
  );
}
