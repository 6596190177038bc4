/** Gives a finished file to the person: as a download, or through the device's own way to pass things on. */

/** Kept so long for the browser to read it; Safari reads late. */
const READ_WITHIN = 60_000;

export function saveFile(file: File): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.className = "off-screen";
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), READ_WITHIN);
}

/** Whether this device passes files on, as tablets and phones do. */
export function canShare(file: File): boolean {
  return typeof navigator.canShare === "function" && navigator.canShare({ files: [file] });
}

export type Shared = "shared" | "cancelled" | "refused";

/** Browsers allow this only shortly after a tap: then it is `refused`, and another tap does it. */
export async function shareFile(file: File): Promise<Shared> {
  try {
    await navigator.share({ files: [file], title: file.name });
    return "shared";
  } catch (error) {
    return error instanceof DOMException && error.name === "AbortError" ? "cancelled" : "refused";
  }
}

/** What no file system wants in a name; what is left is at most 80 characters. */
export function cleanName(name: string): string {
  const clean = [...name.replace(/[^\u0020-\u007e\u00a0-\ud7ff\ue000-\u{10ffff}]|[\\/:*?"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, " ").replace(/\s+/g, " ")]
    .slice(0, 80)
    .join("")
    .replace(/^[.\s]+|[.\s]+$/g, "");
  return /^(con|prn|aux|nul|com\d|lpt\d)$/i.test(clean) ? `${clean}_` : clean;
}

/** `2026-04-01`, as the device's clock has it. */
export function dateOf(at: Date): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
