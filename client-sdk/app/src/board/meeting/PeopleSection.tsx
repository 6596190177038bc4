/** Everybody on the board: which page they look at, who follows whom, and a button to follow them. */
import { identity } from "../../state/identity";
import { useStore } from "../../state/store";
import { Avatar } from "../../ui/Avatar";
import { words } from "../../words";
import type { Session } from "../session";
import { makeRoom } from "./shown";

export function PeopleSection({ session }: { session: Session }) {
  const me = useStore(identity);
  const { following, board } = session;
  const people = useStore(following.people);
  const leader = useStore(following.leader);
  const pages = useStore(session.pages);
  const page = useStore(session.page);

  const placeOf = (id: string | null): string => {
    const at = pages.findIndex((entry) => entry.id === id);
    return at < 0 ? words.onNoPage : words.onPage(at + 1);
  };
  const nameOf = (actor: string): string => people.find((person) => person.actor === actor)?.name ?? words.somebody;
  const followed = (actor: string | null): string | null =>
    actor === null ? null : actor === board.actor ? words.followsYou : words.followsName(nameOf(actor));

  return (
      <ul class="people-list" aria-label={words.peopleHere}>
        <li>
          <Avatar name={me.name} color={me.color} />
          <Words name={words.myself(me.name)} notes={[placeOf(page), followed(leader?.actor ?? null)]} />
        </li>
        {people.map((person) => {
          const chosen = leader?.actor === person.actor;
          return (
            <li key={person.actor}>
              <Avatar name={person.name} color={person.color} />
              <Words name={person.name} notes={[placeOf(person.page), followed(person.following)]} />
              <button
                type="button"
                aria-pressed={chosen}
                aria-label={words.followName(person.name)}
                onClick={() => {
                  if (chosen) {
                    following.stop();
                  } else {
                    following.follow(person.actor);
                    makeRoom();
                  }
                }}
              >
                {chosen ? words.stop : words.follow}
              </button>
            </li>
          );
        })}
      </ul>
  );
}

function Words({ name, notes }: { name: string; notes: readonly (string | null)[] }) {
  return (
    <span class="person">
      <span class="person-name">{name}</span>
      <span class="person-notes">{notes.filter((note) => note !== null).join(" · ")}</span>
    </span>
  );
}
