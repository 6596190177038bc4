/** What a panel is called, and where it is. */
import type { Place } from "../../state/device";
import { Field } from "../../ui/Field";
import { words } from "../../words";

/** As many as the server takes of a name. */
export const NAME_LETTERS_MAX = 60;

export interface PlaceFieldsProps {
  readonly place: Place;
  readonly change: (place: Place) => void;
}

export function PlaceFields({ place, change }: PlaceFieldsProps) {
  return (
    <div class="panel-place">
      <Field label={words.panelName} hint={words.panelNameHint} value={place.name} maxLength={NAME_LETTERS_MAX} onInput={(name) => change({ ...place, name })} />
      <Field label={words.site} hint={words.siteHint} value={place.site} maxLength={NAME_LETTERS_MAX} onInput={(site) => change({ ...place, site })} />
      <Field label={words.room} value={place.room} maxLength={NAME_LETTERS_MAX} onInput={(room) => change({ ...place, room })} />
    </div>
  );
}
