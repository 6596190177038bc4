/** A screen that somebody shows: larger than faces, and as large as half of the window if one wants that. */
import type { CallPicture } from "@kakehashi/client";
import { useStore } from "../../state/store";
import { IconButton } from "../../ui/IconButton";
import { words } from "../../words";
import { icons } from "../icons";
import type { Calling } from "./calling";
import { CallVideo } from "./CallVideo";
import { callIcons } from "./icons";
import { PictureWindow } from "./picture-window";

export interface SharedScreenProps {
  readonly calling: Calling;
  readonly picture: CallPicture | undefined;
  readonly name: string;
  /** Further screens that are shown at the same time. */
  readonly others: readonly { readonly member: number; readonly name: string }[];
}

export function SharedScreen({ calling, picture, name, others }: SharedScreenProps) {
  const large = useStore(calling.large);
  const title = words.call.screenOf(name === "" ? words.somebody : name);
  return (
    <figure class="call-screen">
      <div class="call-screen-picture">
        <span class="call-look-word">{words.callDevices.starting}</span>
        {picture !== undefined && <CallVideo stream={picture.stream} label={title} />}
      </div>
      <figcaption>
        <span class="call-screen-name">
          <bdi>{title}</bdi>
        </span>
        {others.map((other) => (
          <button key={other.member} type="button" class="quiet" onClick={() => calling.screen.set(other.member)}>
            {words.call.showLarge(other.name === "" ? words.somebody : other.name)}
          </button>
        ))}
        {picture !== undefined && PictureWindow.possible() && <IconButton label={words.call.inWindow} icon={callIcons.window} onClick={() => void calling.window.show(picture)} />}
        <IconButton class="call-larger" label={large ? words.call.smaller : words.call.larger} icon={large ? icons.smallScreen : icons.fullScreen} onClick={() => calling.large.set(!large)} />
      </figcaption>
    </figure>
  );
}
