/** Which figure the Shape tool draws, and how it looks. */
import type { ComponentChildren } from "preact";
import { useStore } from "../../state/store";
import { FIGURES, type ShapeStyle, SIDES, type ToolStyles } from "../../tools/styles";
import { type FigureName, words } from "../../words";
import { icons } from "../icons";
import { Choices } from "./Choices";
import { colorChoices, swatch, widthChoices } from "./swatches";

const PICTURES: Readonly<Record<FigureName, ComponentChildren>> = {
  rectangle: <rect class="outline" x="3" y="6" width="18" height="12" />,
  ellipse: <ellipse class="outline" cx="12" cy="12" rx="9" ry="7" />,
  line: <path class="outline" d="M4 19L20 5" />,
  arrow: <path class="outline" d="M4 19L20 5M11.500 5.500H20V14" />,
  triangle: <path class="outline" d="M12 4l9 16H3z" />,
  star: <path class="outline" d="M12 2.800l2.300 6.700 7.100.1-5.700 4.300 2.100 6.800L12 16.600l-5.800 4.100 2.100-6.800-5.700-4.300 7.100-.1z" />,
  regular: <path class="outline" d="M12 3l8 4.600v8.800L12 21l-8-4.600V7.600z" />,
  corners: (
    <>
      <path class="outline" d="M5 18L7 6l12 3-2 10z" />
      <path class="corner" d="M5 18h.01M7 6h.01M19 9h.01M17 19h.01" />
    </>
  ),
};

export function ShapeOptions({ styles }: { styles: ToolStyles }) {
  const shape = useStore(styles.shape);
  const set = (part: Partial<ShapeStyle>): void => styles.shape.set({ ...shape, ...part });
  const closed = shape.figure !== "line" && shape.figure !== "arrow";
  return (
    <div class="tool-options">
      <Choices
        label={words.figure}
        choices={FIGURES.map((value) => ({ value, name: words.figures[value], picture: swatch(PICTURES[value]) }))}
        chosen={shape.figure}
        choose={(figure) => set({ figure })}
      />
      {shape.figure === "regular" && <Sides shape={shape} set={set} />}
      {shape.figure === "corners" && <p class="option-hint">{words.cornersHint}</p>}
      {closed && (
        <button type="button" class="choice fill-choice" aria-pressed={shape.filled} onClick={() => set({ filled: !shape.filled })}>
          {swatch(<rect class={shape.filled ? "" : "outline"} x="4" y="5" width="16" height="14" rx="2" />)}
          <span class="choice-name">{words.filled}</span>
        </button>
      )}
      <Choices label={words.color} choices={colorChoices()} chosen={shape.color} choose={(color) => set({ color })} />
      <Choices label={words.width} choices={widthChoices()} chosen={shape.width} choose={(width) => set({ width })} />
    </div>
  );
}

function Sides({ shape, set }: { shape: ShapeStyle; set: (part: Partial<ShapeStyle>) => void }) {
  const least = SIDES[0];
  const most = SIDES[SIDES.length - 1] ?? least;
  return (
    <div class="stepper" role="group" aria-label={words.sides}>
      <button
        type="button"
        class="choice"
        aria-label={words.fewerSides}
        title={words.fewerSides}
        disabled={shape.sides <= least}
        onClick={() => set({ sides: shape.sides - 1 })}
      >
        {icons.minus}
      </button>
      <output class="stepper-value" aria-label={words.sides}>
        {shape.sides}
      </output>
      <button
        type="button"
        class="choice"
        aria-label={words.moreSides}
        title={words.moreSides}
        disabled={shape.sides >= most}
        onClick={() => set({ sides: shape.sides + 1 })}
      >
        {icons.add}
      </button>
    </div>
  );
}
