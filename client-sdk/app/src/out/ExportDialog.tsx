/** What to save, as what kind of file, under which name; then how far it is, and where it went. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Session } from "../board/session";
import { useStore } from "../state/store";
import "../styles/out.css";
import { Dialog } from "../ui/Dialog";
import { Field } from "../ui/Field";
import { Segmented } from "../ui/Segmented";
import { Switch } from "../ui/Switch";
import { type FormatName, words } from "../words";
import { BringIn } from "./BringIn";
import { FormatChoice } from "./FormatChoice";
import { makeFile, type Made, type Progress } from "./make";
import { PagesMissing } from "./pages";
import { PNG_SCALES, pngPossible, type PngScale } from "./png";
import { canShare, cleanName, dateOf, saveFile, shareFile } from "./save";
import { Stopped } from "./stopped";

export interface ExportDialogProps {
  readonly session: Session;
  readonly onClose: () => void;
}

type Work =
  | { readonly is: "choosing" }
  | { readonly is: "making"; readonly progress: Progress }
  | { readonly is: "made"; readonly made: Made; readonly word: string }
  | { readonly is: "failed"; readonly sentence: string; readonly without: boolean };

type Then = "save" | "share";

const NAME_MAX = 80;
const FORMATS: readonly FormatName[] = ["pdf", "png", "svg", "excalidraw"];
const SIZES: Readonly<Record<PngScale, string>> = { 1: "1920 × 1080", 2: "3840 × 2160", 4: "7680 × 4320" };

export function ExportDialog({ session, onClose }: ExportDialogProps) {
  const pages = useStore(session.pages);
  const page = useStore(session.page);
  const at = pages.findIndex((entry) => entry.id === page);
  const hiddenPages = pages.filter((entry) => entry.hidden).length;
  const [format, setFormat] = useState<FormatName>("pdf");
  const [which, setWhich] = useState<"this" | "all">("this");
  const [hidden, setHidden] = useState(false);
  const [scale, setScale] = useState<PngScale>(2);
  const [transparent, setTransparent] = useState(false);
  const [typed, setTyped] = useState<string | null>(null);
  const [work, setWork] = useState<Work>({ is: "choosing" });
  const stop = useRef<AbortController | null>(null);
  const busy = work.is === "making";

  useEffect(() => () => stop.current?.abort(), []);

  const title = pages[at]?.title ?? "";
  const pageName = title === "" ? words.page(at + 1) : title;
  const name = typed ?? cleanName(words.exportFileName(dateOf(new Date()), which === "all" ? null : pageName));
  const count = hidden ? pages.length : pages.length - hiddenPages;
  const ending = format !== "pdf" && which === "all" && count > 1 ? "zip" : format;

  /** What was made, or is being made, is not what is chosen now. */
  const choose = <T,>(set: (value: T) => void) => (value: T): void => {
    stop.current?.abort();
    set(value);
    setWork({ is: "choosing" });
  };

  const make = async (then: Then, leaveOut = false): Promise<void> => {
    if (format === "kakehashi") return;
    const controller = new AbortController();
    stop.current = controller;
    setWork({ is: "making", progress: { done: 0, of: which === "this" ? 1 : count } });
    try {
      const made = await makeFile(
        session.board,
        { format, which, hidden, scale, transparent, name, leaveOut },
        (progress) => {
          if (!controller.signal.aborted) setWork({ is: "making", progress });
        },
        controller.signal,
      );
      if (!controller.signal.aborted) await handOver(made, then);
    } catch (error) {
      if (error instanceof Stopped || controller.signal.aborted) return;
      console.warn(error);
      setWork(failureOf(error));
    }
  };

  const handOver = async (made: Made, then: Then): Promise<void> => {
    const size = words.exportDone(made.file.name, sizeOf(made.file.size));
    if (then === "share" && canShare(made.file)) {
      const outcome = await shareFile(made.file);
      setWork({ is: "made", made, word: outcome === "refused" ? words.shareAgain : size });
      return;
    }
    saveFile(made.file);
    setWork({ is: "made", made, word: size });
  };

  const cancel = (): void => {
    stop.current?.abort();
    if (busy) setWork({ is: "choosing" });
    else onClose();
  };

  const shares = typeof navigator.canShare === "function" && canShare(new File([], `a.${ending}`, { type: TYPES[ending] ?? "" }));
  const act = (then: Then): void => {
    if (busy) return;
    if (work.is === "made") void handOver(work.made, then);
    else void make(then);
  };

  const saveOnEnter = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.isComposing || !(event.target instanceof HTMLInputElement)) return;
    event.preventDefault();
    act("save");
  };

  return (
    <Dialog
      title={words.export}
      class="export"
      onClose={() => {
        stop.current?.abort();
        onClose();
      }}
      actions={
        <>
          <button type="button" onClick={cancel}>
            {work.is === "made" ? words.close : words.cancel}
          </button>
          {work.is === "failed" && work.without && (
            <button type="button" onClick={() => void make("save", true)}>
              {words.exportWithout}
            </button>
          )}
          {shares && (
            <button type="button" aria-disabled={busy} onClick={() => act("share")}>
              {words.shareFile}
            </button>
          )}
          <button type="button" class="primary" aria-disabled={busy} onClick={() => act("save")}>
            {work.is === "made" ? words.saveAgain : words.saveFile}
          </button>
        </>
      }
    >
      <div class="export-choices" onKeyDown={saveOnEnter}>
        <Segmented
          label={words.exportWhat}
          segments={[
            { value: "this", name: words.exportThisPage },
            { value: "all", name: words.exportAllPages(count) },
          ]}
          value={which}
          onChange={choose(setWhich)}
        />
        {which === "all" && hiddenPages > 0 && (
          <Switch label={words.exportHiddenToo} hint={words.exportHiddenHint(hiddenPages)} on={hidden} onChange={choose(setHidden)} />
        )}
        <FormatChoice formats={FORMATS} value={format} onChange={choose(setFormat)} />
        {format === "png" && (
          <>
            <Segmented
              label={words.exportSize}
              segments={PNG_SCALES.filter(pngPossible).map((value) => ({ value: String(value), name: SIZES[value] }))}
              value={String(scale)}
              onChange={(value) => choose(setScale)(PNG_SCALES.find((known) => String(known) === value) ?? 2)}
            />
            <Switch label={words.exportTransparent} hint={words.exportTransparentHint} on={transparent} onChange={choose(setTransparent)} />
          </>
        )}
        <Field label={words.exportName} hint={words.exportNameHint(ending)} value={name} maxLength={NAME_MAX} onInput={choose(setTyped)} />
      </div>
      <Outcome work={work} />
      <BringIn session={session} onDone={onClose} />
    </Dialog>
  );
}

const TYPES: Readonly<Record<string, string>> = {
  pdf: "application/pdf",
  png: "image/png",
  svg: "image/svg+xml",
  excalidraw: "application/vnd.excalidraw+json",
  zip: "application/zip",
};

/** Said by screen readers as it changes. */
function Outcome({ work }: { work: Work }) {
  const sentence =
    work.is === "making" ? words.exportWorking(work.progress.done, work.progress.of) : work.is === "made" ? work.word : "";
  return (
    <>
      <div class="export-outcome" role="status">
        {sentence !== "" && <p>{sentence}</p>}
        {work.is === "making" && <progress aria-label={sentence} max={work.progress.of} value={work.progress.done} />}
        {work.is === "made" && work.made.picturesMissing > 0 && <p>{words.exportPicturesMissing(work.made.picturesMissing)}</p>}
      </div>
      {work.is === "failed" && (
        <p class="export-problem" role="alert">
          {work.sentence}
        </p>
      )}
    </>
  );
}

function failureOf(error: unknown): Work {
  if (!(error instanceof PagesMissing)) return { is: "failed", sentence: words.exportFailed, without: false };
  if (error.numbers.length === 0) return { is: "failed", sentence: words.exportNoPage, without: false };
  return { is: "failed", sentence: words.exportPagesMissing(error.numbers), without: true };
}

/** In the units that file managers use. */
function sizeOf(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
