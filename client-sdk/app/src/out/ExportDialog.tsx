/** As what kind of file, which pages, under which name; then how far it is, and where it went. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Session } from "../board/session";
import { useStore } from "../state/store";
import "../styles/out.css";
import { belongsToComposition } from "../ui/composing";
import { Dialog } from "../ui/Dialog";
import { Field } from "../ui/Field";
import { Segmented } from "../ui/Segmented";
import { Switch } from "../ui/Switch";
import { type FormatName, words } from "../words";
import { BringIn } from "./BringIn";
import { FormatChoice } from "./FormatChoice";
import { makeFile, type Made, type PageFormat, titleOf } from "./make";
import { failureOf, Outcome, sizeOf, type Work } from "./Outcome";
import { chosenPages } from "./pages";
import { PNG_SCALES, type PngScale } from "./png";
import { printPages } from "./print";
import { canShare, cleanName, dateOf, saveFile, shareFile } from "./save";
import { Stopped } from "./stopped";
import { saveWholeBoard } from "./whole-board";

export interface ExportDialogProps {
  readonly session: Session;
  readonly onClose: () => void;
}

type Then = "save" | "share";

const NAME_MAX = 80;
const FORMATS: readonly FormatName[] = ["pdf", "png", "svg", "excalidraw", "kakehashi"];
const SIZES: Readonly<Record<PngScale, string>> = { 1: "1920 × 1080", 2: "3840 × 2160", 4: "7680 × 4320" };
const TYPES: Readonly<Record<PageFormat | "zip", string>> = {
  pdf: "application/pdf",
  png: "image/png",
  svg: "image/svg+xml",
  excalidraw: "application/vnd.excalidraw+json",
  zip: "application/zip",
};

export function ExportDialog({ session, onClose }: ExportDialogProps) {
  const pages = useStore(session.pages);
  useStore(session.page);
  const hiddenPages = pages.filter((entry) => entry.hidden).length;
  const [format, setFormat] = useState<FormatName>("pdf");
  const [which, setWhich] = useState<"this" | "all">("this");
  const [hidden, setHidden] = useState(false);
  const [scale, setScale] = useState<PngScale>(2);
  const [transparent, setTransparent] = useState(false);
  const [typed, setTyped] = useState<string | null>(null);
  const [work, setWork] = useState<Work>({ is: "choosing" });
  const stop = useRef<AbortController | null>(null);
  const busy = work.is === "making" || work.is === "waiting";

  useEffect(() => () => stop.current?.abort(), []);

  const source = { board: session.board, urlOf: (asset: string) => session.images.urlOf(asset) };
  const [chosen] = chosenPages(session.board, "this", true);
  const pageName = chosen === undefined ? words.board : titleOf(chosen);
  const name = typed ?? cleanName(words.exportFileName(dateOf(new Date()), which === "all" ? null : pageName));
  const count = hidden ? pages.length : pages.length - hiddenPages;
  const ending = format === "kakehashi" || format === "pdf" || which === "this" || count === 1 ? format : "zip";

  /** What was made, or is being made, is not what is chosen now. */
  const choose = <T,>(set: (value: T) => void) => (value: T): void => {
    stop.current?.abort();
    set(value);
    setWork({ is: "choosing" });
  };

  /** Does something that takes a while and can be stopped; what it returns is shown. */
  const run = async (start: Work, doing: (signal: AbortSignal) => Promise<Work>): Promise<void> => {
    const controller = new AbortController();
    stop.current = controller;
    setWork(start);
    try {
      const outcome = await doing(controller.signal);
      if (!controller.signal.aborted) setWork(outcome);
    } catch (error) {
      if (error instanceof Stopped || controller.signal.aborted) return;
      console.warn(error);
      setWork(failureOf(error));
    }
  };

  const making = (done: number): Work => ({ is: "making", progress: { done, of: which === "this" ? 1 : count } });

  const make = (then: Then, without: boolean): Promise<void> => {
    if (format === "kakehashi") {
      return run({ is: "waiting" }, async (signal) => {
        await saveWholeBoard(session.board, () => session.unsaved.get(), without, signal);
        return { is: "made", made: null, word: words.exportOnTheWay };
      });
    }
    return run(making(0), async (signal) => {
      const order = { format, which, hidden, scale, transparent, name, leaveOut: without };
      const made = await makeFile(source, order, (done) => !signal.aborted && setWork(making(done)), signal);
      Stopped.check(signal);
      return handOver(made, then);
    });
  };

  const print = (without: boolean): Promise<void> =>
    run(making(0), async (signal) => {
      await printPages(source, { which, hidden, leaveOut: without }, (done) => !signal.aborted && setWork(making(done)), signal);
      return { is: "choosing" };
    });

  const act = (then: Then, without = false): void => {
    if (busy) return;
    if (work.is === "made" && work.made !== null) void handOver(work.made, then).then(setWork);
    else void make(then, without);
  };

  const close = (): void => {
    stop.current?.abort();
    onClose();
  };

  const saveOnEnter = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || belongsToComposition(event) || !(event.target instanceof HTMLInputElement)) return;
    event.preventDefault();
    act("save");
  };

  const shares = ending !== "kakehashi" && canShare(new File([], `a.${ending}`, { type: TYPES[ending] }));

  return (
    <Dialog
      title={words.export}
      class="export"
      onClose={close}
      actions={
        <>
          <Outcome work={work} />
          {format === "pdf" && (
            <button type="button" class="export-print" aria-disabled={busy} onClick={() => !busy && void print(false)}>
              {words.print}
            </button>
          )}
          <button
            type="button"
            onClick={() => {
              stop.current?.abort();
              if (busy) setWork({ is: "choosing" });
              else onClose();
            }}
          >
            {work.is === "made" ? words.close : words.cancel}
          </button>
          {work.is === "failed" && work.without !== null && (
            <button type="button" onClick={() => act("save", true)}>
              {work.without}
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
        <FormatChoice formats={FORMATS} value={format} onChange={choose(setFormat)} />
        {format === "kakehashi" ? (
          <div class="export-how">
            <div class="field-block">
              <span class="field-name">{words.exportWhat}</span>
              <p>{words.exportAllPages(pages.length)}</p>
              <p class="hint">{words.exportNameHint(format)}</p>
            </div>
          </div>
        ) : (
          <div class="export-how">
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
            {format === "png" && (
              <>
                <Segmented
                  label={words.exportSize}
                  segments={PNG_SCALES.map((value) => ({ value: String(value), name: SIZES[value] }))}
                  value={String(scale)}
                  onChange={(value) => choose(setScale)(PNG_SCALES.find((known) => String(known) === value) ?? 2)}
                />
                <Switch label={words.exportTransparent} hint={words.exportTransparentHint} on={transparent} onChange={choose(setTransparent)} />
              </>
            )}
            <Field label={words.exportName} hint={words.exportNameHint(ending)} value={name} maxLength={NAME_MAX} onInput={choose(setTyped)} />
          </div>
        )}
      </div>
      <BringIn session={session} onDone={close} />
    </Dialog>
  );
}

/** Gives the file away; what there is to say of it. */
async function handOver(made: Made, then: Then): Promise<Work> {
  // A date in the name stays in one line.
  const word = words.exportDone(made.file.name.replace(/-/g, "-\u2060"), sizeOf(made.file.size));
  if (then === "save") {
    saveFile(made.file);
    return { is: "made", made, word };
  }
  const outcome = await shareFile(made.file);
  return { is: "made", made, word: outcome === "refused" ? words.shareAgain : word };
}
