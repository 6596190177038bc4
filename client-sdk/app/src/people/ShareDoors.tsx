/** For a board's host: what its link and code give, and further links and codes with a role and an end. */
import type { RoleName } from "@kakehashi/client";
import { useCallback, useEffect, useState } from "preact/hooks";
import { icons } from "../board/icons";
import "../styles/people.css";
import { Segmented } from "../ui/Segmented";
import { Switch } from "../ui/Switch";
import { words } from "../words";
import { Problem } from "./Problem";
import { askOfBoard, type BoardLink, sentenceOf } from "./requests";
import { RevokeRow } from "./RevokeRow";
import { dayAndTime } from "./time";
import { useAsked } from "./use-asked";

type LinkRole = Exclude<RoleName, "host">;
type Bare = "member" | "viewer" | "closed";
type Length = "hour" | "day" | "week";
type Kind = "link" | "code";

const SECONDS: Readonly<Record<Length, number>> = { hour: 3600, day: 86_400, week: 604_800 };

/** What is shown large in the dialog in place of the board's own link. */
export interface ShownDoor {
  readonly link: string;
  readonly code: string | null;
  readonly says: string;
}

export interface ShareDoorsProps {
  readonly board: string;
  readonly show: (door: ShownDoor | null) => void;
  readonly closed: (closed: boolean) => void;
  /** Whoever is to let others in sees them only as a participant. */
  readonly takePart: () => Promise<void>;
}

export function ShareDoors({ board, show, closed, takePart }: ShareDoorsProps) {
  const doors = useAsked(useCallback(() => askOfBoard<{ bare: RoleName | null }>(board, "GET", "doors"), [board]));
  const links = useAsked(useCallback(() => askOfBoard<readonly BoardLink[]>(board, "GET", "links"), [board]));
  const [role, setRole] = useState<LinkRole>("member");
  const [kind, setKind] = useState<Kind>("link");
  const [length, setLength] = useState<Length>("day");
  const [waits, setWaits] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);

  const attempt = (act: () => Promise<void>): void => {
    setRefused(null);
    act().catch((error: unknown) => setRefused(sentenceOf(error)));
  };
  const setBare = async (chosen: Bare): Promise<void> => {
    const door = { bare: chosen === "closed" ? null : chosen };
    doors.foresee(door);
    await askOfBoard<undefined>(board, "PUT", "doors", door).finally(doors.again);
  };
  const make = async (): Promise<void> => {
    const made = await askOfBoard<BoardLink>(board, "POST", "links", { role, valid_s: SECONDS[length], code: kind === "code", ...(waits ? { waits } : {}) });
    if (waits) await takePart();
    const link = made.token === undefined ? location.origin : `${location.origin}/b/${board}#link=${made.token}`;
    const says = waits ? words.meeting.doorSaysWaits : words.doorSays;
    show({ link, code: made.code, says: says(words.meeting.roles[made.role], dayAndTime(made.ends_ms)) });
    links.again();
  };
  const revoke = async (link: number): Promise<void> => {
    await askOfBoard<undefined>(board, "DELETE", `links/${link}`);
    show(null);
    links.again();
  };

  const bare = doors.value?.bare;
  useEffect(() => closed(bare === null), [bare]);
  return (
    <section class="share-doors" aria-labelledby="share-doors">
      <h3 id="share-doors">{words.whoComesIn}</h3>
      <Problem sentence={refused ?? doors.problem ?? links.problem} />
      {bare !== undefined && (
        <>
          <Segmented
            label={words.withLink}
            segments={[
              { value: "member", name: words.mayWrite },
              { value: "viewer", name: words.mayLook },
              { value: "closed", name: words.mayNot },
            ]}
            value={bare === null ? "closed" : bare === "viewer" ? "viewer" : "member"}
            onChange={(chosen: Bare) => attempt(() => setBare(chosen))}
          />
          <p class="hint">{words.withLinkHint}</p>
        </>
      )}
      <div class="share-order">
        <Segmented
          label={words.newDoor}
          segments={[
            { value: "link", name: words.link },
            { value: "code", name: words.code },
          ]}
          value={kind}
          onChange={setKind}
        />
        <Segmented
          label={words.doorRole}
          segments={[
            { value: "member", name: words.meeting.roles.member },
            { value: "viewer", name: words.meeting.roles.viewer },
            { value: "assistant", name: words.meeting.roles.assistant },
          ]}
          value={role}
          onChange={setRole}
        />
        <Segmented
          label={words.doorLength}
          segments={[
            { value: "hour", name: words.lengths.hour },
            { value: "day", name: words.lengths.day },
            { value: "week", name: words.lengths.week },
          ]}
          value={length}
          onChange={setLength}
        />
        <Switch label={words.meeting.doorWaits} on={waits} onChange={setWaits} {...(waits && bare !== null ? { hint: words.meeting.doorWaitsHint } : {})} />
        <button type="button" onClick={() => attempt(make)}>
          {icons.add}
          {kind === "link" ? words.makeLink : words.makeCode}
        </button>
      </div>
      {links.value !== null && links.value.length > 0 && (
        <ul class="people-rows" aria-label={words.openDoors}>
          {links.value.map((link) => (
            <RevokeRow
              key={link.link}
              name={link.code ?? words.linkNumber(link.link)}
              gives={givenBy(link)}
              revoke={() => attempt(() => revoke(link.link))}
            />
          ))}
        </ul>
      )}
    </section>
  );
}

function givenBy({ role, ends_ms, waits }: BoardLink): string {
  const gives = words.doorGives(words.meeting.roles[role], dayAndTime(ends_ms));
  return waits ? `${gives} · ${words.meeting.doorWaits}` : gives;
}
