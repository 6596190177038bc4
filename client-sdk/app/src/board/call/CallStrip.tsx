/**
 * The others in the call, beside the board: a shared screen large, faces as many as have room, oneself small. It stands
 * in a place of its own (styles/call-place.css), so that it never lies on ink.
 */
import type { CallMember, CallPicture } from "@kakehashi/client";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { identity } from "../../state/identity";
import { useStore } from "../../state/store";
import type { MenuItem } from "../../ui/Menu";
import { words } from "../../words";
import { shownSection } from "../meeting/shown";
import type { Session } from "../session";
import { CallNotes } from "./CallNotes";
import { CallTile } from "./CallTile";
import { callIcons } from "./icons";
import { mayHush } from "./may";
import { PictureWindow } from "./picture-window";
import { SharedScreen } from "./SharedScreen";
import { gridOf, hasCamera, sharesScreen, shownMembers } from "./tiles";
import { useRoom } from "./use-room";
import { useWishes } from "./use-wishes";
import { whoOf } from "./who";

export interface CallStripProps {
  readonly session: Session;
  readonly at: "side" | "top";
}

/** Of a name's line: on lower pictures what one may do would cover them; the list of people has it too. */
const ACTS_MIN = 4;

export function CallStrip({ session, at }: CallStripProps) {
  const { calling, following } = session;
  const members = useStore(calling.members);
  const speakers = useStore(calling.speakers);
  const pictures = useStore(calling.pictures);
  const captions = useStore(calling.captions);
  const meeting = useStore(session.meeting);
  const people = useStore(following.people);
  const self = useStore(identity);
  const inWindow = useStore(calling.window.shown);
  const chosenScreen = useStore(calling.screen);
  const list = useRef<HTMLUListElement>(null);
  const room = useRoom(list, at);

  const others = useMemo(() => members.filter(({ own }) => !own), [members]);
  const me = members.find(({ own }) => own);
  const sharing = others.filter(sharesScreen);
  const screen = sharing.find(({ member }) => member === chosenScreen) ?? sharing[0];

  const before = useRef<readonly number[]>([]);
  const grid = gridOf(room, others.length);
  // Where not all have room, one place says how many are left.
  const capacity = Math.max(1, others.length > grid.capacity && grid.capacity > 1 ? grid.capacity - 1 : grid.capacity);
  const shown = shownMembers(before.current, others, speakers, capacity);
  useEffect(() => {
    before.current = shown;
  });
  const tiles = shown.flatMap((number) => others.filter(({ member }) => member === number));

  useWishes(calling, { screen: screen?.member ?? null, cameras: tiles.filter(hasCamera).map(({ member }) => member), cameraHeight: grid.height, inWindow });

  const pictureOf = (member: CallMember, source: CallPicture["source"]): CallPicture | undefined =>
    source === "camera" && !hasCamera(member) ? undefined : pictures.find((picture) => picture.member === member.member && picture.source === source);
  const who = (member: CallMember) => whoOf(member, meeting, people, self);
  const items = (member: CallMember): readonly MenuItem[] => {
    const picture = pictureOf(member, "camera");
    const { name } = who(member);
    return [
      ...(mayHush(meeting, member) ? [{ name: words.call.hush(name === "" ? words.somebody : name), icon: callIcons.microphoneOff, act: () => calling.hush(member) }] : []),
      ...(picture !== undefined && PictureWindow.possible() ? [{ name: words.call.inWindow, icon: callIcons.window, act: () => void calling.window.show(picture) }] : []),
    ];
  };
  const left = others.length - tiles.length;
  const ownPicture = me === undefined ? undefined : pictures.find(({ own, source }) => own && source === "camera");
  return (
    <section class="call-strip" aria-label={words.call.tiles}>
      {screen !== undefined && (
        <SharedScreen
          calling={calling}
          picture={pictureOf(screen, "screen")}
          name={who(screen).name}
          others={sharing.filter((other) => other !== screen).map((member) => ({ member: member.member, name: who(member).name }))}
        />
      )}
      <ul class="call-tiles" ref={list} style={{ gridTemplateColumns: `repeat(${grid.columns}, ${grid.width}px)` }}>
        {tiles.map((member) => (
          <CallTile key={member.member} member={member} who={who(member)} picture={pictureOf(member, "camera")} caption={captions.get(member.member) ?? ""} width={grid.width} height={grid.height} items={grid.height < ACTS_MIN * room.nameHeight ? [] : items(member)} />
        ))}
        {left > 0 && (
          <li class="call-further">
            <button type="button" aria-label={words.call.furtherLong(left)} data-tip={words.call.furtherLong(left)} onClick={() => shownSection.set("people")}>
              {words.call.further(left)}
            </button>
          </li>
        )}
      </ul>
      {me !== undefined && ownPicture !== undefined && hasCamera(me) && (
        <ul class="call-self">
          <CallTile member={me} who={who(me)} picture={ownPicture} caption={captions.get(me.member) ?? ""} width={room.ownWidth} height={(room.ownWidth * 9) / 16} items={[]} />
        </ul>
      )}
      <CallNotes session={session} />
    </section>
  );
}
