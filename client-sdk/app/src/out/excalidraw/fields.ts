/** Reads JSON that may be anything. What is missing or of another type is a value of ours or throws {@link Unreadable}. */

/** This part of a file cannot be understood. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
}

export class Fields {
  private constructor(private readonly of: object) {}

  static of(value: unknown): Fields {
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Unreadable("not an object");
    return new Fields(value);
  }

  /** Own properties alone: a file cannot reach what every object inherits. */
  raw(name: string): unknown {
    return Object.prototype.hasOwnProperty.call(this.of, name) ? (this.of as Record<string, unknown>)[name] : undefined;
  }

  entries(): [string, unknown][] {
    return Object.entries(this.of);
  }

  fields(name: string): Fields | null {
    const value = this.raw(name);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? new Fields(value) : null;
  }

  list(name: string): readonly unknown[] {
    const value = this.raw(name);
    return Array.isArray(value) ? value : [];
  }

  text(name: string, charactersMax: number): string {
    const value = this.raw(name);
    return typeof value === "string" ? clip(value, charactersMax) : "";
  }

  flag(name: string): boolean {
    return this.raw(name) === true;
  }

  /** Within the range, or it is unreadable; `otherwise` stands for a missing one. */
  number(name: string, min: number, max: number, otherwise?: number): number {
    const value = this.raw(name);
    if ((value === undefined || value === null) && otherwise !== undefined) return otherwise;
    if (!isNumber(value) || value < min || value > max) throw new Unreadable(`${name} is not a number from ${min} to ${max}`);
    return value;
  }

  /** The nearest number in the range; `otherwise` for what is no number. */
  clamped(name: string, min: number, max: number, otherwise: number): number {
    const value = this.raw(name);
    return isNumber(value) ? Math.min(max, Math.max(min, value)) : otherwise;
  }
}

export function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

/** The first so many characters, none cut in two. */
function clip(text: string, charactersMax: number): string {
  if (text.length <= charactersMax) return text;
  return [...text.slice(0, charactersMax * 2)].slice(0, charactersMax).join("");
}
