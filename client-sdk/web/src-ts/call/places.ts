/** The places that a page has for others' pictures: how many it offers, and whose picture each shows. */
import type { CallPicture, CallSource } from "../api-call.js";
import type { Place } from "./messages.js";

/** Grids of tiles. Each step is an offer of its own, so there are few. */
const STEPS = [1, 4, 9, 16, 25];

/** How many places are offered for so many pictures, where the server takes `most`. */
export function placesFor(pictures: number, most: number): number {
  const step = STEPS.find((places) => places >= pictures) ?? most;
  return Math.min(step, most);
}

/** The pictures that come: those of places which somebody fills who `sends` them. */
export function picturesOf(
  places: readonly Place[],
  streamOf: (mid: string) => MediaStream | undefined,
  sends: (member: number, source: CallSource) => boolean,
): CallPicture[] {
  const pictures: CallPicture[] = [];
  for (const { mid, member, source } of places) {
    if (member === undefined || (source !== "camera" && source !== "screen") || !sends(member, source)) continue;
    const stream = streamOf(mid);
    if (stream !== undefined) pictures.push({ member, source, own: false, stream });
  }
  return pictures;
}

/** Whether there is nothing to show anew. */
export function samePictures(one: readonly CallPicture[], other: readonly CallPicture[]): boolean {
  return (
    one.length === other.length &&
    one.every((picture, at) => {
      const beside = other[at];
      return picture.member === beside?.member && picture.source === beside.source && picture.stream === beside.stream;
    })
  );
}
