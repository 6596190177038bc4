/** Lines of strokes that were needed lately: reading the same ink again and again costs more than painting it. */
import type { StrokeRecord } from "@kakehashi/client";
import { type InkOf, strokeLine } from "./shape";

/** Twelve bytes a point; so many hold the lines of a page of 2.4 million points. */
const BYTES_MAX = 32 * 1024 * 1024;

interface Entry {
  readonly line: Float32Array;
  readonly points: number;
  readonly width: number;
  readonly scaleX: number;
  readonly scaleY: number;
}

export class LineCache {
  private readonly entries = new Map<string, Entry>();
  private bytes = 0;

  constructor(
    private readonly ink: InkOf,
    private readonly bytesMax = BYTES_MAX,
  ) {}

  /** A stroke's line, relative to its x and y. */
  get(record: StrokeRecord): Float32Array {
    const known = this.entries.get(record.id);
    if (known !== undefined && isOf(known, record)) return known.line;
    this.delete(record.id);
    const line = strokeLine(record, this.ink(record.id));
    const { points, strokeWidth: width, scaleX, scaleY } = record;
    this.entries.set(record.id, { line, points, width, scaleX, scaleY });
    this.bytes += line.byteLength;
    for (const oldest of this.entries.keys()) {
      if (this.bytes <= this.bytesMax) break;
      this.delete(oldest);
    }
    return line;
  }

  delete(id: string): void {
    const entry = this.entries.get(id);
    if (entry === undefined) return;
    this.bytes -= entry.line.byteLength;
    this.entries.delete(id);
  }

  clear(): void {
    this.entries.clear();
    this.bytes = 0;
  }
}

function isOf(entry: Entry, record: StrokeRecord): boolean {
  return (
    entry.points === record.points &&
    entry.width === record.strokeWidth &&
    entry.scaleX === record.scaleX &&
    entry.scaleY === record.scaleY
  );
}
