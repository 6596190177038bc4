/**
 * Reads QR codes from a camera's picture: by the browser itself where it can, else by a decoder
 * that is loaded only then.
 */

/** What of the Shape Detection API (W3C draft) is used here. */
interface Detector {
  detect(image: CanvasImageSource): Promise<readonly { readonly rawValue: string }[]>;
}

interface DetectorClass {
  new (options: { formats: readonly string[] }): Detector;
  getSupportedFormats(): Promise<readonly string[]>;
}

declare global {
  interface Window {
    readonly BarcodeDetector?: DetectorClass;
  }
}

/** Pixels of the longer side; more make a weak device slow and find nothing more. */
const SIDE_MAX = 640;

/** The text of a code in the picture; null if there is none. */
export type ReadCode = (video: HTMLVideoElement) => Promise<string | null>;

/** Whether there is a camera that this page may ask for. Browsers give it to secure pages only. */
export async function hasCamera(): Promise<boolean> {
  if (!window.isSecureContext || navigator.mediaDevices === undefined) return false;
  try {
    const devices = await navigator.mediaDevices.enumerateDevices();
    return devices.some((device) => device.kind === "videoinput");
  } catch {
    return false;
  }
}

export async function codeReader(): Promise<ReadCode> {
  const own = await ownDetector();
  if (own !== null) return async (video) => (await own.detect(video))[0]?.rawValue ?? null;
  const { default: decode } = await import("qr/decode.js");
  const canvas = document.createElement("canvas");
  const ctx = canvas.getContext("2d", { willReadFrequently: true });
  return async (video) => {
    const scale = Math.min(1, SIDE_MAX / Math.max(video.videoWidth, video.videoHeight));
    const width = Math.round(video.videoWidth * scale);
    const height = Math.round(video.videoHeight * scale);
    if (ctx === null || width === 0 || height === 0) return null;
    canvas.width = width;
    canvas.height = height;
    ctx.drawImage(video, 0, 0, width, height);
    try {
      return decode(ctx.getImageData(0, 0, width, height));
    } catch {
      // It throws where there is no code, which is most of the time.
      return null;
    }
  };
}

async function ownDetector(): Promise<Detector | null> {
  const { BarcodeDetector } = window;
  try {
    if (BarcodeDetector === undefined || !(await BarcodeDetector.getSupportedFormats()).includes("qr_code")) return null;
    return new BarcodeDetector({ formats: ["qr_code"] });
  } catch {
    return null;
  }
}
