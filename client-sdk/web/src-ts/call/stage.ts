/** What is seen of the call on this page: whose pictures come in which places, and which of them the app shows. */
import type { CallPicture, CallWish } from "../api-call.js";
import { type Place, PICTURES_MAX } from "./messages.js";
import { picturesOf, placesFor, samePictures } from "./places.js";
import type { Roster } from "./roster.js";

export class Stage {
  readonly #roster: Roster;
  #places: readonly Place[] = [];
  #pictures: readonly CallPicture[] = [];
  #wishes: readonly CallWish[] | undefined;

  constructor(roster: Roster) {
    this.#roster = roster;
  }

  get pictures(): readonly CallPicture[] {
    return this.#pictures;
  }

  get places(): readonly Place[] {
    return this.#places;
  }

  /** What the app shows; undefined: it has not said. */
  get wishes(): readonly CallWish[] | undefined {
    return this.#wishes;
  }

  /** Says whether these are other wishes than before. */
  want(wishes: readonly CallWish[]): boolean {
    const wanted = wishes.slice(0, PICTURES_MAX).map(({ member, source, height }) => ({ member, source, height: Math.min(Math.max(Math.round(height), 0), 0xffff) }));
    if (JSON.stringify(wanted) === JSON.stringify(this.#wishes)) return false;
    this.#wishes = wanted;
    return true;
  }

  fill(places: readonly Place[]): void {
    this.#places = places;
  }

  /** How many places there have to be: for what the others send, or as much of it as is shown. */
  room(most: number): number {
    return placesFor(Math.min(this.#roster.pictures(), this.#wishes?.length ?? PICTURES_MAX), most);
  }

  /** Says whether other pictures are to be seen than before. */
  show(own: readonly CallPicture[], streamOf: (mid: string) => MediaStream | undefined): boolean {
    const others = picturesOf(this.#places, streamOf, (member, source) => this.#roster.sends(member, source));
    const pictures = [...own, ...others];
    if (samePictures(pictures, this.#pictures)) return false;
    this.#pictures = pictures;
    return true;
  }

  /** Nobody is in the call here any more. */
  clear(): void {
    this.#places = [];
    this.#wishes = undefined;
  }
}
