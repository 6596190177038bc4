/** Which tiles are shown in the room that there is, and how large. Nothing here knows of the screen itself. */
import type { CallMember, CallWish } from "@kakehashi/client";

/** Of a tile's picture. */
const SHAPE = 16 / 9;
/** Pictures that a page may wish for (protocol/src/call.rs). */
const WISHES_MAX = 25;

/** CSS pixels. */
export interface TileRoom {
  readonly width: number;
  readonly height: number;
  readonly gap: number;
  /** Of the name below the picture. */
  readonly nameHeight: number;
  /** Below this, fewer are shown instead. */
  readonly widthMin: number;
  /** Of one picture, also where there is room for more. */
  readonly widthMax: number;
}

export interface TileGrid {
  readonly columns: number;
  /** How many there is room for. */
  readonly capacity: number;
  /** CSS pixels of a picture. */
  readonly width: number;
  readonly height: number;
}

/** The grid with the largest pictures that holds all of `count`; where none does, the one that holds the most. */
export function gridOf(room: TileRoom, count: number): TileGrid {
  const wanted = Math.max(1, count);
  // In a room that is too small for one, they are as small as it.
  const widthMin = Math.min(room.widthMin, room.width, Math.max(1, (room.height - room.nameHeight) * SHAPE));
  const grids = Array.from({ length: wanted }, (_, i) => gridWith({ ...room, widthMin }, i + 1, wanted)).filter((grid) => grid.width >= widthMin && grid.capacity > 0);
  const whole = grids.filter(({ capacity }) => capacity >= wanted).sort((one, other) => other.width - one.width)[0];
  const most = [...grids].sort((one, other) => other.capacity - one.capacity || other.width - one.width)[0];
  return whole ?? most ?? { columns: 1, capacity: 1, width: room.width, height: room.width / SHAPE };
}

function gridWith(room: TileRoom, columns: number, count: number): TileGrid {
  const rowsWanted = Math.ceil(count / columns);
  const byWidth = (room.width - (columns - 1) * room.gap) / columns;
  const byHeight = ((room.height - (rowsWanted - 1) * room.gap) / rowsWanted - room.nameHeight) * SHAPE;
  // As many rows as are wanted where they fit, and else as many as fit of the least size.
  const width = Math.min(room.widthMax, byWidth, Math.max(byHeight, room.widthMin));
  const height = width / SHAPE;
  const rows = Math.floor((room.height + room.gap) / (height + room.nameHeight + room.gap) + 0.001);
  return { columns, capacity: columns * Math.min(rows, rowsWanted), width, height };
}

/**
 * Who is shown where not all have room: whoever was shown stays in their place, and whoever speaks takes the place of
 * somebody who does not, so that nothing moves but for a voice. Those with a picture come before those without.
 */
export function shownMembers(before: readonly number[], members: readonly CallMember[], speakers: readonly number[], capacity: number): readonly number[] {
  const order = [...members].sort((one, other) => one.member - other.member);
  if (order.length <= capacity) return order.map(({ member }) => member);
  const here = new Map(order.map((member) => [member.member, member]));
  const shown = before.filter((member) => here.has(member)).slice(0, capacity);
  const speaking = speakers.filter((member) => here.has(member));
  const rest = [...order].sort((one, other) => Number(hasCamera(other)) - Number(hasCamera(one)));
  for (const member of [...speaking, ...rest.map((each) => each.member)]) {
    if (shown.length >= capacity) break;
    if (!shown.includes(member)) shown.push(member);
  }
  for (const member of speaking.slice(0, capacity)) {
    if (shown.includes(member)) continue;
    const free = lastIndex(shown, (each) => !speaking.includes(each));
    if (free >= 0) shown[free] = member;
  }
  return shown;
}

function lastIndex<T>(list: readonly T[], is: (one: T) => boolean): number {
  for (let i = list.length - 1; i >= 0; i--) {
    const one = list[i];
    if (one !== undefined && is(one)) return i;
  }
  return -1;
}

export function hasCamera({ tracks }: CallMember): boolean {
  return tracks.get("camera")?.muted === false;
}

/** A screen that others show. */
export function sharesScreen({ own, tracks }: CallMember): boolean {
  return !own && tracks.get("screen")?.muted === false;
}

/** What of the others is on this screen now. */
export interface Shown {
  /** Null: none is shown. */
  readonly screen: number | null;
  /** CSS pixels. */
  readonly screenHeight: number;
  readonly cameras: readonly number[];
  readonly cameraHeight: number;
  /** Device pixels of a CSS pixel. */
  readonly ratio: number;
}

/** What is asked of the server: screens first, then faces as they stand. */
export function wishesOf({ screen, screenHeight, cameras, cameraHeight, ratio }: Shown): readonly CallWish[] {
  const screens: CallWish[] = screen === null ? [] : [{ member: screen, source: "screen", height: Math.round(screenHeight * ratio) }];
  const faces = cameras.map((member): CallWish => ({ member, source: "camera", height: Math.round(cameraHeight * ratio) }));
  return [...screens, ...faces].slice(0, WISHES_MAX);
}
