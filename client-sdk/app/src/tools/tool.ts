/** What a tool is, and what it may use. One tool a file; a pointer stays with the tool it began with. */
import type { Board, Edit, Preview, RecordId, ShapeRecord } from "@kakehashi/client";
import type { Point, Rect } from "../canvas/rect";
import type { Rings } from "../canvas/rings";
import type { Scene } from "../canvas/scene";
import type { Sketches } from "../canvas/sketches";
import type { Trails } from "../canvas/trails";
import type { Size, View } from "../canvas/view";
import type { WetCanvas } from "../canvas/wet";
import type { Store } from "../state/store";
import type { ToolStyles } from "./styles";
import type { Selecting } from "./select/selecting";

export const TOOL_NAMES = ["select", "pen", "highlighter", "eraser", "shape", "text", "note", "image", "hand", "laser"] as const;
export type ToolName = (typeof TOOL_NAMES)[number];
/** Those that put something on the page, or take it away. */
export const WRITING_TOOLS: readonly ToolName[] = ["pen", "highlighter", "eraser", "shape", "text", "note", "image"];

/** A place a pointer was at. Browsers report several of them in one event. */
export interface Sample {
  /** Page units. */
  readonly page: Point;
  /** CSS pixels of the surface. */
  readonly screen: Point;
  /** 0 to 1; 0 where the device has none. */
  readonly pressure: number;
  /** Milliseconds, on the clock of events. */
  readonly time: number;
  /** Keys that are held. */
  readonly shift?: boolean;
  readonly alt?: boolean;
}

/** A finger, a pen or a mouse button that is down. */
export interface Pointer {
  readonly id: number;
  /** Whose undo it is: each pointer that is down at the same time has its own hand. */
  readonly hand: number;
  readonly type: string;
  readonly shift: boolean;
  /**
   * True while it may still turn out to be a palm, or one of two fingers that move the page: what it
   * does is shown, and not written yet.
   */
  readonly held?: boolean;
}

export interface Tool {
  readonly name: ToolName;
  down(pointer: Pointer, at: Sample): void;
  /** `samples` are in order; the last one is where the pointer is now. */
  move(pointer: Pointer, samples: readonly Sample[]): void;
  /** Also when the system took the pointer away: what was done so far counts. */
  up(pointer: Pointer, at: Sample): void;
  /** It was a palm, or one of two fingers that move the page: what it began is taken back. */
  cancel?(pointer: Pointer): void;
  /** A mouse or pen is over the surface without being down; null: it has left. */
  hover?(pointer: Pointer, at: Sample | null): void;
  /** Once before each painted frame: hands on what has gathered. */
  frame?(): void;
  /** The page or the screen is about to go away, or another tool was chosen. */
  finish?(): void;
}

/** What tools work with. */
export interface Desk {
  readonly board: Board;
  readonly scene: Scene;
  readonly wet: WetCanvas;
  readonly selection: Store<readonly RecordId[]>;
  /** What is being drawn and not written yet. */
  readonly sketches: Sketches;
  /** The fading tails of laser pointers. */
  readonly trails: Trails;
  /** The eraser's circles. */
  readonly rings: Rings;
  readonly styles: ToolStyles;
  readonly selecting: Selecting;
  view(): View;
  /**
   * CSS pixels here for something that is so many on a laptop: more on a wall, where all is larger,
   * and more under a finger than under a mouse.
   */
  reach(pixels: number, pointer?: Pointer): number;
  /** The surface, in CSS pixels. */
  size(): Size;
  /** The part of the surface that no bar lies on, in CSS pixels of it. */
  freePlace(): Rect;
  /** `free`: it was moved by hand and no longer follows the window. */
  setView(view: View): void;
  /** Writes a change. What the board does not accept becomes a notice, and undefined is returned. */
  write<T>(hand: number, gesture: number, edits: (edit: Edit) => T): T | undefined;
  requestFrame(): void;
  /**
   * Shows a move, a change of size or a turn in progress, here and to the others; null ends it.
   * `drafts` are records as they will be, where the map alone would show them otherwise here.
   */
  setPreview(preview: Preview | null, drafts?: readonly ShapeRecord[]): void;
  /** The box that a selection is being drawn with, in page units. */
  setMarquee(box: Rect | null): void;
  /** Where the laser pointer is, for the others; null: nowhere. */
  setLaser(page: Point | null): void;
  /** Opens the text editor on a record, or for a new text at a place. */
  editText(target: RecordId | Point): void;
  /** Lets somebody choose pictures from the device, to be placed about there. */
  pickImages(at: Point): void;
  closeText(): void;
}
