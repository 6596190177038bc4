/** Whether the eraser takes whole lines or parts of them, and how large it is. */
import { useStore } from "../../state/store";
import { RUBBER_NAMES } from "../../tools/palette";
import type { EraserMode, ToolStyles } from "../../tools/styles";
import { type RubberSizeName, words } from "../../words";
import { type Choice, Choices } from "./Choices";
import { swatch } from "./swatches";

const LINE = "M2.500 15c4-8 7-8 9.500-3s5.500 5 9.500-3";
const RADII: Readonly<Record<RubberSizeName, number>> = { small: 2.500, medium: 5, large: 8, extraLarge: 11 };

export function EraserOptions({ styles }: { styles: ToolStyles }) {
  const eraser = useStore(styles.eraser);
  return (
    <div class="tool-options">
      <Choices
        named
        label={words.eraserMode}
        choices={modes()}
        chosen={eraser.mode}
        choose={(mode) => styles.eraser.set({ ...eraser, mode })}
      />
      <p class="option-hint">{words.eraserHints[eraser.mode]}</p>
      <Choices
        label={words.eraserSize}
        choices={RUBBER_NAMES.map((value) => ({
          value,
          name: words.eraserSizes[value],
          picture: swatch(<circle class="outline" cx="12" cy="12" r={RADII[value]} />),
        }))}
        chosen={eraser.size}
        choose={(size) => styles.eraser.set({ ...eraser, size })}
      />
    </div>
  );
}

function modes(): Choice<EraserMode>[] {
  return [
    { value: "whole", name: words.eraserModes.whole, picture: swatch(<path class="outline dashed" d={LINE} />) },
    {
      value: "parts",
      name: words.eraserModes.parts,
      picture: swatch(<path class="outline" d="M2.500 15c2-4 3.700-6 5.200-6M16 14.200c1.800.2 3.500-1.200 5.500-5.200" />),
    },
  ];
}
