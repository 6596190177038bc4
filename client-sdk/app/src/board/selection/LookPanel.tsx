/** Colour, filling, width and letter size of what is selected; only what it has. */
import type { Patch, ShapeRecord } from "@kakehashi/client";
import { restyle } from "../../tools/select/actions";
import type { Desk } from "../../tools/tool";
import { words } from "../../words";
import { Choices } from "../options/Choices";
import { broadWidthChoices, colorChoices, highlightChoices, letterChoices, noteColorChoices, swatch, widthChoices } from "../options/swatches";
import { carded, filled, highlighted, lettered, type Look, lookOf, recolored, widened } from "./look";

export function hasLook(records: readonly ShapeRecord[]): boolean {
  return Object.values(lookOf(records)).some((value) => value !== undefined);
}

export function LookPanel({ desk, look }: { desk: Desk; look: Look }) {
  const choose =
    <Name,>(patch: (record: ShapeRecord, name: Name) => Patch | null) =>
    (name: Name): void =>
      restyle(desk, (record) => patch(record, name));
  const onlyBroad = look.highlight !== undefined && look.color === undefined;
  return (
    <div class="tool-options">
      {look.color !== undefined && <Choices label={words.color} choices={colorChoices()} chosen={look.color} choose={choose(recolored)} />}
      {look.highlight !== undefined && (
        <Choices label={words.highlighter} choices={highlightChoices()} chosen={look.highlight} choose={choose(highlighted)} />
      )}
      {look.card !== undefined && <Choices label={words.noteColor} choices={noteColorChoices()} chosen={look.card} choose={choose(carded)} />}
      {look.filled !== undefined && (
        <button
          type="button"
          class="choice fill-choice"
          aria-pressed={look.filled === true}
          onClick={() => restyle(desk, (record) => filled(record, look.filled !== true))}
        >
          {swatch(<rect class={look.filled === true ? "" : "outline"} x="4" y="5" width="16" height="14" rx="2" />)}
          <span class="choice-name">{words.filled}</span>
        </button>
      )}
      {look.width !== undefined && (
        <Choices label={words.width} choices={onlyBroad ? broadWidthChoices() : widthChoices()} chosen={look.width} choose={choose(widened)} />
      )}
      {look.letters !== undefined && <Choices label={words.letterSize} choices={letterChoices()} chosen={look.letters} choose={choose(lettered)} />}
    </div>
  );
}
