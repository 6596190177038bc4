/** A text that comes from elsewhere, as a box of its own. */
import type { RecordId } from "@kakehashi/client";
import type { Session } from "../board/session";
import type { Point } from "../canvas/rect";
import { LINE_HEIGHT } from "../canvas/text-layout";
import { MAIN_HAND } from "../tools/hands";
import { textLook } from "./look";

/** Characters; a page holds no more that could be read. */
const CHARACTERS_MAX = 20_000;
/** Page units. */
const WIDTH = 720;

/** Puts a text on the page with its first line's beginning at `at`, and selects it. */
export function putText(session: Session, text: string, at: Point): RecordId | undefined {
  const written = Array.from(text.replace(/\r\n?/g, "\n").trim()).slice(0, CHARACTERS_MAX).join("");
  if (written === "") return undefined;
  const look = textLook(session.styles.text.get());
  const height = look.fontSize * LINE_HEIGHT;
  const made = session.write(MAIN_HAND, session.board.gesture(), (edit) => {
    const record = edit.create({ kind: "text", x: at.x, y: at.y - height / 2, width: WIDTH, height, ...look });
    edit.insertText(record, 0, written);
    return record;
  });
  if (made === undefined) return undefined;
  session.tool.set("select");
  session.selection.set([made]);
  return made;
}
