/** One gesture written as several changes where one would be too large. */
import type { Edit, Patch, RecordId } from "@kakehashi/client";
import type { Desk } from "../tool";

/** Ops of one change; the board takes 4,096, and a short change delays nobody else's. */
const OPS_MAX = 1000;
/** Bytes of one change, as estimated here; the board takes 128 KiB. */
const BYTES_MAX = 64 * 1024;
/** Bytes of an op beside what it carries. */
const OP_BYTES = 32;
/** Bytes of a corner, at most. */
const CORNER_BYTES = 8;

/** A part of a gesture that goes into one change, and what it costs; what an op takes is only estimated here. */
export interface Step {
  readonly ops: number;
  readonly bytes: number;
  write(edit: Edit): void;
}

/** Writes all steps, in order. False if the board did not take some; those before stay. */
export function writeSteps(desk: Pick<Desk, "write">, hand: number, gesture: number, steps: Iterable<Step>): boolean {
  for (const change of changesOf(steps)) {
    const written = desk.write(hand, gesture, (edit) => {
      for (const step of change) step.write(edit);
      return true;
    });
    if (written === undefined) return false;
  }
  return true;
}

export function setStep(record: RecordId, patch: Patch): Step {
  const corners = (patch.path?.length ?? 0) / 2;
  return { ops: 1, bytes: OP_BYTES + 8 * Object.keys(patch).length + corners * CORNER_BYTES, write: (edit) => edit.set(record, patch) };
}

export function removeStep(record: RecordId): Step {
  return { ops: 1, bytes: OP_BYTES, write: (edit) => edit.remove([record]) };
}

/** Puts steps together into changes. */
export function changesOf(steps: Iterable<Step>): Step[][] {
  const made: Step[][] = [];
  let change: Step[] = [];
  let ops = 0;
  let bytes = 0;
  for (const step of steps) {
    if (change.length > 0 && (ops + step.ops > OPS_MAX || bytes + step.bytes > BYTES_MAX)) {
      made.push(change);
      [change, ops, bytes] = [[], 0, 0];
    }
    change.push(step);
    ops += step.ops;
    bytes += step.bytes;
  }
  if (change.length > 0) made.push(change);
  return made;
}
