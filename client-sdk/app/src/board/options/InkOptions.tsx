/** Colours and widths of the pen and the highlighter. */
import { useStore } from "../../state/store";
import type { ToolStyles } from "../../tools/styles";
import { words } from "../../words";
import { Choices } from "./Choices";
import { broadWidthChoices, colorChoices, highlightChoices, widthChoices } from "./swatches";

export function PenOptions({ styles }: { styles: ToolStyles }) {
  const pen = useStore(styles.pen);
  return (
    <div class="tool-options">
      <Choices
        label={words.color}
        choices={colorChoices()}
        chosen={pen.color}
        choose={(color) => styles.pen.set({ ...pen, color })}
      />
      <Choices
        label={words.width}
        choices={widthChoices()}
        chosen={pen.width}
        choose={(width) => styles.pen.set({ ...pen, width })}
      />
    </div>
  );
}

export function HighlighterOptions({ styles }: { styles: ToolStyles }) {
  const highlighter = useStore(styles.highlighter);
  return (
    <div class="tool-options">
      <Choices
        label={words.color}
        choices={highlightChoices()}
        chosen={highlighter.color}
        choose={(color) => styles.highlighter.set({ ...highlighter, color })}
      />
      <Choices
        label={words.width}
        choices={broadWidthChoices()}
        chosen={highlighter.width}
        choose={(width) => styles.highlighter.set({ ...highlighter, width })}
      />
    </div>
  );
}
