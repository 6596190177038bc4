/** The edits of one change, handed to the core one by one. */
import type { Core } from "../dist/kakehashi_web.js";
import { EditError, type Draft, type Edit, type PageId, type PagePatch, type Patch, type RecordId } from "./api.js";
import { editError } from "./raw.js";

/** A number, or "leave it" for the core. */
const KEEP = Number.NaN;

const BACKGROUNDS = ["plain", "grid", "dots", "ruled", "kanji", "staves", "graph"];
const ALIGNMENTS = ["start", "center", "end"];

function align(value: string | undefined): number {
  return value === undefined ? KEEP : ALIGNMENTS.indexOf(value);
}

/** `#rrggbbaa` as a number; none, which unsets it, as -1. */
function color(value: string | null | undefined): number {
  if (value === undefined) return KEEP;
  if (value === null) return -1;
  if (!/^#[0-9a-f]{8}$/i.test(value)) throw new EditError(`a colour must be written as #rrggbbaa, not ${value}`);
  return Number.parseInt(value.slice(1), 16);
}

function flag(value: boolean | undefined): number {
  return value === undefined ? KEEP : Number(value);
}

/** A patch in the order the core reads it. */
function values(patch: Patch, tool: number): { numbers: Float64Array; path: Float64Array | undefined } {
  const numbers = new Float64Array([
    patch.x ?? KEEP,
    patch.y ?? KEEP,
    patch.width ?? KEEP,
    patch.height ?? KEEP,
    patch.rotation ?? KEEP,
    patch.scaleX ?? KEEP,
    patch.scaleY ?? KEEP,
    patch.strokeWidth ?? KEEP,
    patch.fontSize ?? KEEP,
    align(patch.align),
    flag(patch.locked),
    color(patch.color),
    color(patch.fill),
    tool,
  ]);
  return { numbers, path: patch.path === undefined ? undefined : new Float64Array(patch.path) };
}

/** Is told of each append to a stroke; what is left of one that was cut is none. */
export type Drawn = (page: PageId, stroke: RecordId, samples: Float64Array) => void;

export class CoreEdit implements Edit {
  readonly #core: Core;
  readonly #page: PageId;
  readonly #drawn: Drawn | undefined;
  readonly #left = new Set<RecordId>();

  constructor(core: Core, page: PageId, drawn?: Drawn) {
    this.#core = core;
    this.#page = page;
    this.#drawn = drawn;
  }

  create(draft: Draft): RecordId {
    const asset = draft.kind === "image" ? draft.asset : undefined;
    const from = draft.kind === "stroke" ? draft.from : undefined;
    const tool = draft.kind === "stroke" && draft.tool === "highlighter" ? 1 : KEEP;
    const { numbers, path } = values(draft as Patch, tool);
    const made = this.#try(() => this.#core.create(this.#page, draft.kind, numbers, path, asset, from));
    if (from !== undefined) this.#left.add(made);
    return made;
  }

  appendInk(stroke: RecordId, samples: Float64Array): void {
    this.#try(() => this.#core.append_ink(this.#page, stroke, samples));
    if (!this.#left.has(stroke)) this.#drawn?.(this.#page, stroke, samples);
  }

  set(record: RecordId, patch: Patch): void {
    const { numbers, path } = values(patch, KEEP);
    this.#try(() => this.#core.set(this.#page, record, numbers, path));
  }

  remove(records: readonly RecordId[]): void {
    for (const record of records) this.#try(() => this.#core.remove(this.#page, record));
  }

  reorder(record: RecordId, to: "front" | "back" | "forward" | "backward"): void {
    this.#try(() => this.#core.reorder(this.#page, record, to));
  }

  insertText(record: RecordId, at: number, text: string): void {
    this.#try(() => this.#core.insert_text(this.#page, record, at, text));
  }

  deleteText(record: RecordId, at: number, length: number): void {
    this.#try(() => this.#core.delete_text(this.#page, record, at, length));
  }

  addPage(after?: PageId, desk?: RecordId): PageId {
    return this.#try(() => this.#core.add_page(after, desk));
  }

  setPage(page: PageId, patch: PagePatch): void {
    const background = patch.background === undefined ? KEEP : BACKGROUNDS.indexOf(patch.background);
    this.#try(() => this.#core.set_page(page, patch.title, flag(patch.hidden), flag(patch.locked), background));
  }

  removePage(page: PageId): void {
    this.#try(() => this.#core.remove_page(page));
  }

  movePage(page: PageId, after: PageId | null): void {
    this.#try(() => this.#core.move_page(page, after ?? undefined));
  }

  on(page: PageId): Edit {
    return new CoreEdit(this.#core, page, this.#drawn);
  }

  /** The core says what was wrong as a string. */
  #try<T>(edit: () => T): T {
    try {
      return edit();
    } catch (error) {
      throw editError(error);
    }
  }
}
