/** A page as files are made from it: its shapes, from the lowest to the topmost, and how to paint them. */
import type { PageEntry, PageReader } from "@kakehashi/client";
import { hasPressure, traceInk } from "../canvas/ink";
import { paintShape, paintSheet } from "../canvas/paint";
import { PAGE } from "../canvas/rect";
import { type InkLine, type InkOf, scaledInk, type Shape, shapeOf } from "../canvas/shape";
import type { Measure } from "../canvas/text-layout";
import { RecordedPath } from "./path";
import { type Painted, Recorder } from "./recorder";

export type MeasureOf = (font: string) => Measure;

export interface Sheet {
  readonly entry: PageEntry;
  /** Its place among the pages, from 1. */
  readonly number: number;
  readonly shapes: readonly Shape[];
  readonly ink: InkOf;
}

/** Null while a picture is not here: its place is left grey. */
export type ImageOf = (asset: string) => CanvasImageSource | null;

export function readSheet(reader: PageReader, entry: PageEntry, number: number, measure: MeasureOf): Sheet {
  const ink: InkOf = (id) => reader.ink(id);
  return { entry, number, ink, shapes: reader.records().map((record, z) => shapeOf(record, z, ink, measure)) };
}

/** The pictures that stand on a page, each once. */
export function assetsOf(sheet: Sheet): string[] {
  return [...new Set(sheet.shapes.flatMap(({ record }) => (record.kind === "image" && record.asset !== "" ? [record.asset] : [])))];
}

/** Paints a page on a canvas whose transform is set to page units. */
export function paintOn(ctx: CanvasRenderingContext2D, sheet: Sheet, image: ImageOf, paper: boolean): void {
  if (paper) paintSheet(ctx, sheet.entry.background, PAGE);
  for (const shape of sheet.shapes) paintShape(ctx, shape, { ink: sheet.ink, image });
}

/** What is painted, each shape by itself; the paper with its ruling comes first. */
export function recordSheet(sheet: Sheet, image: ImageOf, measure: MeasureOf): Painted[][] {
  const record = (paint: (ctx: CanvasRenderingContext2D) => void): Painted[] => {
    const recorder = new Recorder(measure);
    paint(recorder.context);
    return recorder.painted;
  };
  const paper = record((ctx) => paintSheet(ctx, sheet.entry.background, PAGE));
  const shapes = sheet.shapes.map((shape) =>
    record((ctx) => paintShape(ctx, readable(shape, sheet.ink), { ink: sheet.ink, image })),
  );
  return [paper, ...shapes.filter((painted) => painted.length > 0)];
}

/** The shape with its ink as a path that can be read again. */
function readable(shape: Shape, ink: InkOf): Shape {
  const { record } = shape;
  if (record.kind !== "stroke") return shape;
  const path = new RecordedPath();
  const points = scaledInk(record, ink(record.id));
  traceInk(points, record.strokeWidth, path);
  // To the painting code it is what it fills or strokes; the recorder takes it for what it is.
  const line: InkLine = { path: path as unknown as Path2D, filled: hasPressure(points) };
  return { ...shape, line };
}
