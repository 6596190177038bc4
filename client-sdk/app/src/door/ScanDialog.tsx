/** The camera's picture, until it shows a board's QR code. */
import { useEffect, useRef, useState } from "preact/hooks";
import { Dialog } from "../ui/Dialog";
import { words } from "../words";
import { targetOf } from "./code";
import { codeReader } from "./scan";

/** Milliseconds between two looks. */
const LOOK = 120;

export interface ScanDialogProps {
  /** Gets a text in which there is a code or a link of a board. */
  readonly found: (text: string) => void;
  readonly onClose: () => void;
}

export function ScanDialog({ found, onClose }: ScanDialogProps) {
  const video = useRef<HTMLVideoElement>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [other, setOther] = useState(false);

  useEffect(() => {
    let ended = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stream: MediaStream | null = null;
    const stop = (): void => {
      ended = true;
      clearTimeout(timer);
      for (const track of stream?.getTracks() ?? []) track.stop();
    };
    const watch = async (): Promise<void> => {
      const read = codeReader();
      // The one on the back, where there are two.
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      const shown = video.current;
      if (ended || shown === null) {
        stop();
        return;
      }
      shown.srcObject = stream;
      await shown.play();
      const reader = await read;
      const look = async (): Promise<void> => {
        const text = await reader(shown).catch(() => null);
        if (ended) return;
        if (text !== null && targetOf(text) !== null) {
          stop();
          found(text);
          return;
        }
        if (text !== null) setOther(true);
        timer = setTimeout(() => void look(), LOOK);
      };
      await look();
    };
    watch().catch((error: unknown) => {
      console.warn(error);
      if (!ended) setProblem(error instanceof DOMException && error.name === "NotAllowedError" ? words.cameraRefused : words.cameraFailed);
    });
    return stop;
  }, []);

  return (
    <Dialog title={words.scanTitle} onClose={onClose} class="scan">
      {problem === null ? (
        <>
          <div class="scan-view">
            <video ref={video} muted playsInline aria-label={words.cameraPicture} />
            <span class="scan-frame" aria-hidden="true" />
          </div>
          <p class="hint" role="status">
            {other ? words.scanOther : words.scanHint}
          </p>
        </>
      ) : (
        <p role="alert">{problem}</p>
      )}
    </Dialog>
  );
}
