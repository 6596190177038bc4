/** A page as files are made from it: its shapes, from the lowest to the topmost, and how to paint them. */
import type { PageEntry, PageReader } from "@kakehashi/client";
import { paintShape, paintSheet } from "../canvas/paint";
import { PAGE } from "../canvas/rect";
import { type InkOf, type LineOf, linesFrom, type Shape, shapeOf } from "../canvas/shape";
import type { Measure } from "../canvas/text-layout";
import { Breath } from "./breath";
import { type Painted, Recorder } from "./recorder";

export type MeasureOf = (font: string) => Measure;

export interface Sheet {
  readonly entry: PageEntry;
  /** Its place among the pages, from 1. */
  readonly number: number;
  readonly shapes: readonly Shape[];
  readonly ink: InkOf;
  readonly line: LineOf;
}

/** Null while a picture is not here: its place is left grey. */
export type ImageOf = (asset: string) => CanvasImageSource | null;

export function readSheet(reader: PageReader, entry: PageEntry, number: number, measure: MeasureOf): Sheet {
  const ink: InkOf = (id) => reader.ink(id);
  const line = linesFrom(ink);
  return { entry, number, ink, line, shapes: reader.records().map((record, z) => shapeOf(record, z, line, measure)) };
}

/** The pictures that stand on a page, each once. */
export function assetsOf(sheet: Sheet): string[] {
  return [...new Set(sheet.shapes.flatMap(({ record }) => (record.kind === "image" && record.asset !== "" ? [record.asset] : [])))];
}

/** Paints a page on a canvas whose transform is set to page units. */
export function paintOn(ctx: CanvasRenderingContext2D, sheet: Sheet, image: ImageOf, paper: boolean): void {
  if (paper) paintSheet(ctx, sheet.entry.background, PAGE);
  for (const shape of sheet.shapes) paintShape(ctx, shape, { line: sheet.line, image });
}

/**
 * What is painted, each shape by itself; the paper with its ruling comes first. A full page is long work,
 * so it is done piece by piece, and nothing of it is kept.
 */
export async function* recordSheet(sheet: Sheet, image: ImageOf, measure: MeasureOf, signal: AbortSignal): AsyncGenerator<Painted[]> {
  const record = (paint: (ctx: CanvasRenderingContext2D) => void): Painted[] => {
    const recorder = new Recorder(measure);
    paint(recorder.context);
    return recorder.painted;
  };
  yield record((ctx) => paintSheet(ctx, sheet.entry.background, PAGE));
  const breath = new Breath(signal);
  for (const shape of sheet.shapes) {
    const painted = record((ctx) => paintShape(ctx, shape, { line: sheet.line, image }));
    if (painted.length > 0) yield painted;
    await breath.take();
  }
}
