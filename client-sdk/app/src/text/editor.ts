/**
 * The text box that lies over a record while it is written in.
 *
 * The textarea is the writer's; the record is everybody's. What is typed goes to the record as small
 * insertions and deletions, and what others type comes back into the textarea with the caret kept
 * where it belongs. While an input method is composing, the textarea is left alone: nothing is sent,
 * nothing comes in, and what others did meanwhile is remembered and taken into account afterwards.
 */
import type { Board, Edit, Patch, RecordId, TextRecord } from "@kakehashi/client";
import type { Point } from "../canvas/rect";
import { PAGE } from "../canvas/rect";
import { fontOf, NOTE_PADDING } from "../canvas/shape";
import { BASELINE, LINE_HEIGHT } from "../canvas/text-layout";
import type { View } from "../canvas/view";
import { MAIN_HAND } from "../tools/hands";
import { LETTER_SIZES } from "../tools/palette";
import type { ToolStyles } from "../tools/styles";
import { belongsToComposition } from "../ui/composing";
import { noteLook, textLook } from "./look";
import { carried, diff, moved, rebased, scalars, type Splice, units } from "./diff";

/** Page units. */
const WIDTH = 720;
const WIDTH_MIN = 240;
const EDGE = 24;
/** Milliseconds without typing after which the next letter begins a new step of undo. */
const PAUSE = 1500;

export interface EditorHost {
  readonly board: Board;
  write<T>(hand: number, gesture: number, edits: (edit: Edit) => T): T | undefined;
  /** The record that is edited must not be painted as well. */
  setEditing(record: RecordId | null): void;
  undo(): void;
  redo(): void;
  /** The editor closed itself. */
  closed(): void;
}

export class TextEditor {
  readonly element: HTMLTextAreaElement;
  private id: RecordId | null;
  /** What the textarea and the record agreed on last. */
  private base: string;
  private composing = false;
  /** What others did to the record while an input method was composing. */
  private meanwhile: Splice[] = [];
  private anchors: { start: string; end: string } | null = null;
  private gesture = -1;
  private lastTyped = 0;
  private writing = false;
  private over = false;
  /** Page units. */
  private place: { x: number; y: number; width: number };
  /** How much higher letters stand on the page than a box of this font would have them, in page units. */
  private rise = 0;
  private stopRestyling: () => void = () => undefined;
  private readonly caretMoved = (): void => this.rememberCaret();

  constructor(
    private readonly host: EditorHost,
    layer: HTMLElement,
    target: TextRecord | Point,
    private readonly styles: ToolStyles,
    label: string,
  ) {
    const record = "kind" in target ? target : null;
    this.id = record?.id ?? null;
    this.base = record?.text ?? "";
    const box = record ?? newBox(target, LETTER_SIZES[styles.text.get().size]);
    const area = document.createElement("textarea");
    area.className = "text-editor";
    area.setAttribute("aria-label", label);
    area.value = this.base;
    area.spellcheck = false;
    area.rows = 1;
    this.element = area;
    this.place = box;
    this.dress(record);
    this.listen();
    layer.append(area);
    this.grow();
    this.host.setEditing(this.id);
  }

  get record(): RecordId | null {
    return this.id;
  }

  focus(): void {
    this.element.focus({ preventScroll: true });
    const end = this.element.value.length;
    this.element.setSelectionRange(end, end);
    this.rememberCaret();
  }

  /** Lies where the record lies. */
  setView(view: View): void {
    const { x, y } = this.place;
    this.element.style.setProperty("--unzoomed", String(1 / view.scale));
    this.element.style.transform = `translate(${view.x + x * view.scale}px, ${view.y + y * view.scale}px) scale(${view.scale})`;
  }

  /** Follows a `records` event that names the record. */
  recordChanged(): void {
    if (this.writing || this.id === null || this.over) return;
    const record = this.current();
    if (record === undefined) {
      this.close();
      return;
    }
    // While an input method is composing, the box stays as it is, whatever others make of the record.
    if (this.composing) {
      const known = this.meanwhile.reduce(spliced, this.base);
      const change = diff(known, record.text);
      if (change !== null) this.meanwhile.push(change);
      return;
    }
    this.dress(record);
    this.takeIn(record);
  }

  /** Sends what is typed and not sent, an unfinished composition included. */
  flush(): void {
    if (this.over) return;
    this.send();
  }

  close(): void {
    if (this.over) return;
    this.composing = false;
    this.send();
    this.over = true;
    document.removeEventListener("selectionchange", this.caretMoved);
    this.stopRestyling();
    const record = this.id === null ? undefined : this.current();
    if (record !== undefined && record.text === "" && record.kind === "text") {
      const { id } = record;
      this.host.write(MAIN_HAND, this.step(), (edit) => edit.remove([id]));
    }
    this.element.remove();
    this.host.setEditing(null);
    this.host.closed();
  }

  private listen(): void {
    const area = this.element;
    area.addEventListener("compositionstart", () => {
      this.composing = true;
    });
    area.addEventListener("compositionend", () => {
      this.composing = false;
      // Safari reports the final text in an input event before this one, others after it.
      this.typed();
    });
    area.addEventListener("input", () => this.typed());
    for (const type of ["select", "keyup", "pointerup"]) area.addEventListener(type, this.caretMoved);
    document.addEventListener("selectionchange", this.caretMoved);
    const { text, note } = this.styles;
    this.stopRestyling =
      this.current()?.kind === "note"
        ? note.on((style) => this.restyle(noteLook(style)))
        : text.on((style) => this.restyle(textLook(style)));
    area.addEventListener("keydown", (event) => this.key(event));
    area.addEventListener("beforeinput", (event) => {
      if (event.inputType !== "historyUndo" && event.inputType !== "historyRedo") return;
      event.preventDefault();
      this.undo(event.inputType === "historyRedo");
    });
  }

  /** What the options say now is how the open text looks. */
  private restyle(look: Patch): void {
    const { id } = this;
    if (id !== null) this.host.write(MAIN_HAND, this.host.board.gesture(), (edit) => edit.set(id, look));
    else if (!this.composing) this.dress(null);
    if (!this.composing) this.grow();
    this.element.focus({ preventScroll: true });
  }

  private key(event: KeyboardEvent): void {
    event.stopPropagation();
    if (this.composing || belongsToComposition(event)) return;
    const command = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    if (event.key === "Escape") {
      event.preventDefault();
      this.close();
    } else if (command && (key === "z" || key === "y")) {
      event.preventDefault();
      this.undo(key === "y" || event.shiftKey);
    }
  }

  private undo(redo: boolean): void {
    this.send();
    this.gesture = -1;
    if (redo) this.host.redo();
    else this.host.undo();
  }

  private typed(): void {
    this.grow();
    if (!this.composing) this.send();
  }

  private send(): void {
    const own = diff(this.base, this.element.value);
    const { meanwhile } = this;
    this.meanwhile = [];
    if (own !== null) this.write(rebased(own, meanwhile));
    const record = this.current();
    if (record === undefined) return;
    this.dress(record);
    // The textarea takes in what others did, or what was there before if the change was not accepted.
    const carry = (position: number): number => (own === null ? position : carried(position, own, meanwhile));
    this.takeIn(record, meanwhile.length > 0 ? carry : undefined);
  }

  private write(own: Splice): void {
    const before = this.current()?.text ?? "";
    const at = scalars(before, own.at);
    const length = scalars(before.slice(own.at, own.at + own.remove));
    this.writing = true;
    // A text that the board did not take is none: the next letter begins it anew.
    this.id =
      this.host.write(MAIN_HAND, this.step(), (edit) => {
        const id = this.id ?? this.create(edit);
        if (length > 0) edit.deleteText(id, at, length);
        if (own.insert !== "") edit.insertText(id, at, own.insert);
        return id;
      }) ?? this.id;
    this.writing = false;
    this.host.setEditing(this.id);
    this.base = this.element.value;
    this.rememberCaret();
  }

  private create(edit: Edit): RecordId {
    const { x, y, width } = this.place;
    const look = textLook(this.styles.text.get());
    return edit.create({
      kind: "text",
      x,
      y,
      width,
      height: look.fontSize * LINE_HEIGHT,
      ...look,
    });
  }

  /** Letters typed without a pause are taken back together. */
  private step(): number {
    const now = performance.now();
    if (this.gesture < 0 || now - this.lastTyped > PAUSE) this.gesture = this.host.board.gesture();
    this.lastTyped = now;
    return this.gesture;
  }

  /** Shows the record's text; `carry` says where the caret goes if its anchors are not known. */
  private takeIn(record: TextRecord, carry?: (position: number) => number): void {
    const area = this.element;
    const { text } = record;
    if (text !== area.value) {
      const change = diff(area.value, text);
      const follow = carry ?? ((position: number) => (change === null ? position : moved(position, change)));
      const start = this.anchors === null ? follow(area.selectionStart) : this.positionOf(this.anchors.start, text);
      const end = this.anchors === null ? follow(area.selectionEnd) : this.positionOf(this.anchors.end, text);
      area.value = text;
      area.setSelectionRange(start, end);
      this.grow();
    }
    this.base = text;
    this.rememberCaret();
  }

  /** Remembers where the caret stands in a way that outlives others' typing. */
  private rememberCaret(): void {
    this.anchors = null;
    if (this.id === null || this.composing || this.current()?.text !== this.element.value) return;
    const { value, selectionStart, selectionEnd } = this.element;
    const { board } = this.host;
    this.anchors = {
      start: board.anchor(this.id, scalars(value, selectionStart)),
      end: board.anchor(this.id, scalars(value, selectionEnd)),
    };
  }

  private positionOf(anchor: string, text: string): number {
    return this.id === null ? 0 : units(text, this.host.board.position(this.id, anchor));
  }

  private current(): TextRecord | undefined {
    if (this.id === null) return undefined;
    const record = this.host.board.record(this.id);
    return record?.kind === "text" || record?.kind === "note" ? record : undefined;
  }

  /** Looks as the record will look on the canvas. */
  private dress(record: TextRecord | null): void {
    const { style } = this.element;
    if (record !== null) this.place = record;
    const look = record ?? textLook(this.styles.text.get());
    style.width = `${this.place.width}px`;
    style.font = fontOf(look.fontSize);
    this.rise = riseOf(look.fontSize);
    style.lineHeight = String(LINE_HEIGHT);
    style.color = look.color;
    style.textAlign = look.align;
    // What is above and below the writing on a note is found when its height is.
    style.padding = record?.kind === "note" ? `0 ${NOTE_PADDING}px` : "0";
    style.background = record?.fill ?? "transparent";
    this.grow();
  }

  /** As high as what is written; a note is at least as high as its card, and its writing stands in the middle. */
  private grow(): void {
    const { style } = this.element;
    const record = this.current();
    if (record?.kind !== "note") {
      style.marginTop = `${-this.rise}px`;
      style.height = "0";
      style.height = `${this.element.scrollHeight}px`;
      return;
    }
    style.paddingTop = style.paddingBottom = `${NOTE_PADDING}px`;
    style.height = "0";
    const needed = this.element.scrollHeight;
    const spare = Math.max(0, record.height - needed) / 2;
    style.paddingTop = `${NOTE_PADDING + spare - this.rise}px`;
    style.paddingBottom = `${NOTE_PADDING + spare + this.rise}px`;
    style.height = `${needed + 2 * spare}px`;
  }
}

function spliced(text: string, change: Splice): string {
  return text.slice(0, change.at) + change.insert + text.slice(change.at + change.remove);
}

function riseOf(fontSize: number): number {
  const ctx = document.createElement("canvas").getContext("2d");
  if (ctx === null) return 0;
  ctx.font = fontOf(fontSize);
  const { fontBoundingBoxAscent, fontBoundingBoxDescent } = ctx.measureText("");
  return (fontBoundingBoxAscent - fontBoundingBoxDescent) / 2 - BASELINE * fontSize;
}

function newBox(at: Point, fontSize: number): { x: number; y: number; width: number } {
  const width = Math.max(WIDTH_MIN, Math.min(WIDTH, PAGE.width - at.x - EDGE));
  return { x: Math.round(at.x), y: Math.round(at.y - (fontSize * LINE_HEIGHT) / 2), width };
}
