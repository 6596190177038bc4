/** Pictures that come onto the board: chosen, dropped, pasted or taken. */
import { NoticeError, type Notice } from "@kakehashi/client";
import { PAGE, type Point, type Rect } from "../canvas/rect";
import { MAIN_HAND } from "../tools/hands";
import type { Session } from "../board/session";

/** Of what is in sight, a picture that arrives takes at most so much of either side. */
const SHARE = 0.6;
/** Page units by which each of several pictures lies aside of the one before. */
const STEP = 32;

export class ImageIntake {
  /** What of the page is in sight. */
  inSight: () => Rect = () => PAGE;

  constructor(
    private readonly session: Session,
    private readonly failed: (notice: Notice) => void,
  ) {}

  /** Lets somebody choose files; `at` is the middle of where they go, null: of what is in sight. */
  pick(at: Point | null): void {
    const input = document.createElement("input");
    input.type = "file";
    input.accept = "image/*";
    input.multiple = true;
    input.addEventListener("change", () => void this.place([...(input.files ?? [])], at));
    input.click();
  }

  async place(files: readonly Blob[], at: Point | null): Promise<void> {
    const { board } = this.session;
    const gesture = board.gesture();
    const sight = this.inSight();
    const middle = at ?? { x: sight.x + sight.width / 2, y: sight.y + sight.height / 2 };
    const made: string[] = [];
    for (const file of files) {
      try {
        const { asset, width, height } = await board.upload(file);
        const scale = Math.min(1, (sight.width * SHARE) / width, (sight.height * SHARE) / height);
        const aside = made.length * STEP;
        const record = this.session.write(MAIN_HAND, gesture, (edit) =>
          edit.create({
            kind: "image",
            x: middle.x - (width * scale) / 2 + aside,
            y: middle.y - (height * scale) / 2 + aside,
            width: width * scale,
            height: height * scale,
            asset,
          }),
        );
        if (record !== undefined) made.push(record);
      } catch (error) {
        if (!(error instanceof NoticeError)) throw error;
        this.failed(error.notice);
      }
    }
    if (made.length === 0) return;
    this.session.tool.set("select");
    this.session.selection.set(made);
  }
}
