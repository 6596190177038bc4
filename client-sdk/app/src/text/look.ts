/** How texts and notes look: from what the options are set to, and back. */
import type { TextRecord } from "@kakehashi/client";
import { COLOR_NAMES, COLORS, LETTER_NAMES, LETTER_SIZES, NOTE_COLOR_NAMES, NOTE_COLORS } from "../tools/palette";
import type { Alignment, NoteStyle, TextStyle, ToolStyles } from "../tools/styles";

/** Letters on a note; dark on each of its colours. */
export const NOTE_INK = COLORS.black;

export function textLook(style: TextStyle): { color: string; fontSize: number; align: Alignment } {
  return { color: COLORS[style.color], fontSize: LETTER_SIZES[style.size], align: style.align };
}

export function noteLook(style: NoteStyle): { fill: string; fontSize: number } {
  return { fill: NOTE_COLORS[style.color], fontSize: LETTER_SIZES[style.size] };
}

/** Sets the options to what an opened text looks like, as far as they have it. */
export function showLook(styles: ToolStyles, record: TextRecord): void {
  const size = LETTER_NAMES.find((name) => LETTER_SIZES[name] === record.fontSize);
  if (record.kind === "note") {
    const style = styles.note.get();
    const color = NOTE_COLOR_NAMES.find((name) => NOTE_COLORS[name] === record.fill);
    styles.note.set({ color: color ?? style.color, size: size ?? style.size });
    return;
  }
  const style = styles.text.get();
  const color = COLOR_NAMES.find((name) => COLORS[name] === record.color);
  styles.text.set({ color: color ?? style.color, size: size ?? style.size, align: record.align });
}
