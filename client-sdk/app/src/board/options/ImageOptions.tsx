/** Where pictures come from. */
import { words } from "../../words";
import { icons } from "../icons";
import type { Session } from "../session";

export function ImageOptions({ session }: { session: Session }) {
  return (
    <div class="tool-options">
      <button type="button" class="choice wide-choice" onClick={() => session.images.pick(null)}>
        {icons.image}
        <span class="choice-name">{words.choosePicture}</span>
      </button>
    </div>
  );
}
