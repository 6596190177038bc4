/**
 * Pictures that come onto the board: chosen, dropped, pasted or taken. A picture stands on the board as soon
 * as it is looked at and named; bringing it to the server follows.
 */
import type { NoticeCode, RecordId } from "@kakehashi/client";
import type { Session } from "../board/session";
import { PAGE, type Point, type Rect } from "../canvas/rect";
import type { Store } from "../state/store";
import { MAIN_HAND } from "../tools/hands";
import type { OwnNotice } from "../words";
import { prepare, type Prepared, type Refusal } from "./prepare";
import { Uploads } from "./uploads";

/** Of what is in sight, a picture that arrives takes at most so much of either side. */
const SHARE = 0.6;
/** Page units by which each of several pictures lies aside of the one before. */
const STEP = 32;
/** Pictures that are taken at once; more are surely dropped by mistake. */
const FILES_MAX = 30;

const SENTENCES: Readonly<Record<Refusal, NoticeCode | OwnNotice>> = {
  type: "asset-type",
  heic: "picture-heic",
  bytes: "asset-too-large",
  pixels: "asset-pixels",
  drawing: "picture-drawing",
  broken: "picture-broken",
};

export class ImageIntake {
  /** What of the page is in sight. */
  inSight: () => Rect = () => PAGE;
  private readonly uploads: Uploads;
  /** The field of the last choosing; nobody tells of one that was given up. */
  private asking: HTMLInputElement | null = null;
  private closed = false;

  constructor(private readonly session: Session) {
    this.uploads = new Uploads({
      board: session.board,
      notKept: () => session.say("storage"),
      refused: (asset, notice) => {
        session.notice(notice);
        this.takeAway(asset);
      },
    });
  }

  /** How many pictures are not with the server yet. */
  get waiting(): Store<number> {
    return this.uploads.waiting;
  }

  /** Where to fetch a picture of this board: from here, while this page has it itself. */
  urlOf(asset: string): string {
    return this.uploads.urlOf(asset) ?? this.session.board.assetUrl(asset);
  }

  /** Lets somebody choose files; `at` is the middle of where they go, null: of what is in sight. */
  pick(at: Point | null, camera = false): void {
    this.asking?.remove();
    const input = document.createElement("input");
    input.type = "file";
    input.accept = "image/*";
    if (camera) input.setAttribute("capture", "environment");
    else input.multiple = true;
    input.addEventListener("change", () => {
      input.remove();
      void this.place([...(input.files ?? [])], at);
    });
    // Safari forgets a field that is not in the page while the person is still choosing.
    input.hidden = true;
    document.body.append(input);
    this.asking = input;
    input.click();
  }

  /** Puts pictures on the page and selects them. What cannot be taken gets a sentence. */
  async place(files: readonly Blob[], at: Point | null): Promise<readonly RecordId[]> {
    const { session } = this;
    const page = session.page.get();
    const gesture = session.board.gesture();
    const made: RecordId[] = [];
    for (const file of files.slice(0, FILES_MAX)) {
      // A file may be gone, or changed, by the time that it is read.
      const picture = await prepare(file).catch((): Refusal => "broken");
      if (this.closed) break;
      if (typeof picture === "string") {
        session.say(SENTENCES[picture]);
        continue;
      }
      // The page was turned while the picture was looked at; it belongs where it was put.
      if (session.page.get() !== page) break;
      const record = this.put(picture, at, made.length, gesture);
      if (record !== undefined) made.push(record);
    }
    if (made.length > 0) {
      session.tool.set("select");
      session.selection.set(made);
    }
    return made;
  }

  /** Sees to it that a picture gets to the server; its name. */
  keep(picture: Prepared): string {
    const asset = this.session.board.assetName(picture.bytes);
    void this.uploads.add({ asset, file: new Blob([picture.bytes], { type: picture.type }) });
    return asset;
  }

  close(): void {
    this.closed = true;
    this.asking?.remove();
    this.uploads.close();
  }

  private put(picture: Prepared, at: Point | null, place: number, gesture: number): RecordId | undefined {
    const asset = this.keep(picture);
    const box = boxFor(picture, at, place, this.inSight());
    return this.session.write(MAIN_HAND, gesture, (edit) => edit.create({ kind: "image", ...box, asset }));
  }

  /** What others would never see is not shown here either. */
  private takeAway(asset: string): void {
    const shown = this.session.board.records().filter((record) => record.kind === "image" && record.asset === asset);
    if (shown.length === 0) return;
    this.session.write(MAIN_HAND, this.session.board.gesture(), (edit) => edit.remove(shown.map(({ id }) => id)));
  }
}

/** Where a picture goes: not larger than it is, and not larger than what is in sight bears. */
export function boxFor(
  picture: { readonly width: number; readonly height: number },
  at: Point | null,
  place: number,
  sight: Rect,
): Rect {
  const scale = Math.min(1, (sight.width * SHARE) / picture.width, (sight.height * SHARE) / picture.height);
  const [width, height] = [Math.max(1, picture.width * scale), Math.max(1, picture.height * scale)];
  const middle = at ?? { x: sight.x + sight.width / 2, y: sight.y + sight.height / 2 };
  return { x: middle.x - width / 2 + place * STEP, y: middle.y - height / 2 + place * STEP, width, height };
}
