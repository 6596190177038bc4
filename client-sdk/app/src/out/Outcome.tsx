/** How far the file is and where it went; said by screen readers as it changes. */
import { words } from "../words";
import type { Made } from "./make";
import { PagesMissing } from "./pages";
import { NotSaved, ServerNeeded } from "./whole-board";

/** Pages. */
export interface Progress {
  readonly done: number;
  readonly of: number;
}

export type Work =
  | { readonly is: "choosing" }
  | { readonly is: "making"; readonly progress: Progress }
  | { readonly is: "waiting" }
  | { readonly is: "made"; readonly made: Made | null; readonly word: string }
  /** `without`: what to press to go on all the same. */
  | { readonly is: "failed"; readonly sentence: string; readonly without: string | null };

export function Outcome({ work }: { work: Work }) {
  const sentence = sentenceOf(work);
  const missing = work.is === "made" ? (work.made?.picturesMissing ?? 0) : 0;
  return (
    <div class={`export-outcome ${work.is}`}>
      <div role="status">
        {sentence !== "" && <p>{sentence}</p>}
        {missing > 0 && <p>{words.exportPicturesMissing(missing)}</p>}
      </div>
      {work.is === "making" && <progress aria-label={sentence} max={work.progress.of} value={work.progress.done} />}
      {work.is === "waiting" && <progress aria-label={sentence} />}
      {work.is === "failed" && (
        <p class="export-problem" role="alert">
          {work.sentence}
        </p>
      )}
    </div>
  );
}

function sentenceOf(work: Work): string {
  switch (work.is) {
    case "making":
      return words.exportWorking(work.progress.done, work.progress.of);
    case "waiting":
      return words.exportWaiting;
    case "made":
      return work.word;
    default:
      return "";
  }
}

export function failureOf(error: unknown): Work {
  if (error instanceof ServerNeeded) return { is: "failed", sentence: words.exportNeedsServer, without: null };
  if (error instanceof NotSaved) return { is: "failed", sentence: words.exportUnsaved(error.changes), without: words.exportAnyway };
  if (!(error instanceof PagesMissing)) return { is: "failed", sentence: words.exportFailed, without: null };
  if (error.numbers.length === 0) return { is: "failed", sentence: words.exportNoPage, without: null };
  return { is: "failed", sentence: words.exportPagesMissing(error.numbers), without: words.exportWithout };
}

/** In the units that file managers use. */
export function sizeOf(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
