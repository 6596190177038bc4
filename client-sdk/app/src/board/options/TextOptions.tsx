/** How texts and notes are written. */
import { useStore } from "../../state/store";
import { type Alignment, ALIGNMENTS, type ToolStyles } from "../../tools/styles";
import { words } from "../../words";
import { Choices } from "./Choices";
import { colorChoices, letterChoices, noteColorChoices, swatch } from "./swatches";

const LINES: Readonly<Record<Alignment, string>> = {
  start: "M4 6h16M4 12h9M4 18h13",
  center: "M4 6h16M7.500 12h9M5.500 18h13",
  end: "M4 6h16M11 12h9M7 18h13",
};

export function TextOptions({ styles }: { styles: ToolStyles }) {
  const text = useStore(styles.text);
  return (
    <div class="tool-options text-options">
      <Choices
        label={words.letterSize}
        choices={letterChoices()}
        chosen={text.size}
        choose={(size) => styles.text.set({ ...text, size })}
      />
      <Choices
        label={words.align}
        choices={ALIGNMENTS.map((value) => ({
          value,
          name: words.aligns[value],
          picture: swatch(<path class="outline" d={LINES[value]} />),
        }))}
        chosen={text.align}
        choose={(align) => styles.text.set({ ...text, align })}
      />
      <Choices
        label={words.color}
        choices={colorChoices()}
        chosen={text.color}
        choose={(color) => styles.text.set({ ...text, color })}
      />
    </div>
  );
}

export function NoteOptions({ styles }: { styles: ToolStyles }) {
  const note = useStore(styles.note);
  return (
    <div class="tool-options">
      <Choices
        label={words.noteColor}
        choices={noteColorChoices()}
        chosen={note.color}
        choose={(color) => styles.note.set({ ...note, color })}
      />
      <Choices
        label={words.letterSize}
        choices={letterChoices()}
        chosen={note.size}
        choose={(size) => styles.note.set({ ...note, size })}
      />
    </div>
  );
}
