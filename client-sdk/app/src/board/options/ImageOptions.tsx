/** Where pictures come from. */
import { words } from "../../words";
import { hasCamera } from "../CameraDialog";
import { dialog } from "../dialogs";
import { icons } from "../icons";
import type { Session } from "../session";

export function ImageOptions({ session }: { session: Session }) {
  const photograph = (): void => {
    // Without a secure origin the page gets no camera, but a telephone's own camera can give it a file.
    if (hasCamera()) dialog.set("camera");
    else session.images.pick(null, true);
  };
  return (
    <div class="tool-options">
      <button type="button" class="choice wide-choice" onClick={() => session.images.pick(null)}>
        {icons.image}
        <span class="choice-name">{words.choosePicture}</span>
      </button>
      <button type="button" class="choice wide-choice" onClick={photograph}>
        {icons.camera}
        <span class="choice-name">{words.camera}</span>
      </button>
      <p class="option-hint">{words.imageHint}</p>
    </div>
  );
}
