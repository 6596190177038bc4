/** Somebody in the call: their picture, or a disc with their initials; name, muted sign, raised hand; and what one may do. */
import type { CallMember, CallPicture } from "@kakehashi/client";
import { Menu, type MenuItem } from "../../ui/Menu";
import { lettersOn } from "../../ui/on-color";
import { listed, words } from "../../words";
import { icons } from "../icons";
import { CallVideo } from "./CallVideo";
import { callIcons } from "./icons";
import { isHeard } from "./may";
import { initialsOf, type Who } from "./who";

export interface CallTileProps {
  readonly member: CallMember;
  readonly who: Who;
  readonly picture: CallPicture | undefined;
  /** What they say, in writing; empty: nothing. */
  readonly caption: string;
  /** CSS pixels of the picture. */
  readonly width: number;
  readonly height: number;
  readonly items: readonly MenuItem[];
}

/** Of a disc, of the height of its tile; and its letters, of the disc. */
const DISC = 0.62;
const LETTERS = 0.4;

export function CallTile({ member, who, picture, caption, width, height, items }: CallTileProps) {
  const name = who.name === "" ? words.somebody : who.name;
  const shown = member.own ? words.call.you : name;
  const heard = isHeard(member);
  const said = [
    ...(member.speaking ? [words.call.speaking] : []),
    ...(heard ? [] : [words.call.microphoneOff]),
    ...(member.connected ? [] : [words.call.connecting]),
    ...(who.hand > 0 ? [words.meeting.handNumber(who.hand)] : []),
  ];
  const disc = height * DISC;
  return (
    <li class="call-tile" data-member={member.member} data-own={member.own ? "" : undefined} data-speaking={member.speaking ? "" : undefined} data-away={member.connected ? undefined : ""} style={{ width: `${width}px` }}>
      <div class="call-picture" style={{ height: `${height}px` }}>
        {/* Also below a picture, until it begins. */}
        <span class="call-disc" style={{ width: `${disc}px`, height: `${disc}px`, fontSize: `${disc * LETTERS}px`, background: who.color, color: lettersOn(who.color) }} aria-hidden="true">
          {initialsOf(name)}
        </span>
        {picture !== undefined && <CallVideo stream={picture.stream} label={shown} mirrored={member.own} />}
        {who.hand > 0 && (
          <span class="call-hand" aria-hidden="true">
            {icons.raiseHand}
            {who.hand}
          </span>
        )}
        {caption !== "" && <p class="call-caption">{caption}</p>}
        {items.length > 0 && (
          <span class="call-acts">
            <Menu label={words.meeting.actionsFor(shown)} icon={icons.more} side="below" items={[items]} />
          </span>
        )}
      </div>
      <span class="call-name">
        {!heard && <span class="call-muted">{callIcons.microphoneOff}</span>}
        <bdi>{shown}</bdi>
        {said.length > 0 && <span class="unseen">{listed(said)}</span>}
      </span>
    </li>
  );
}
