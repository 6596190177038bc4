/** What a camera would see of a QR code: one frame of film, as Chromium's fake camera plays it. */
import encodeQR from "qr";

const WIDTH = 640;
const HEIGHT = 480;
/** Pixels of one module. */
const MODULE = 8;

/** A YUV4MPEG2 file with a single frame. */
export function cameraFilm(text: string): Uint8Array {
  const modules = encodeQR(text, "raw", { ecc: "medium", border: 4 });
  const luma = new Uint8Array(WIDTH * HEIGHT).fill(170);
  const left = Math.floor((WIDTH - modules.length * MODULE) / 2);
  const top = Math.floor((HEIGHT - modules.length * MODULE) / 2);
  for (let y = 0; y < modules.length * MODULE; y++) {
    for (let x = 0; x < modules.length * MODULE; x++) {
      const dark = modules[Math.floor(y / MODULE)]![Math.floor(x / MODULE)]!;
      luma[(top + y) * WIDTH + left + x] = dark ? 30 : 225;
    }
  }
  const colour = new Uint8Array((WIDTH * HEIGHT) / 2).fill(128);
  const head = `YUV4MPEG2 W${WIDTH} H${HEIGHT} F30:1 Ip A1:1 C420jpeg\n`;
  return Buffer.concat([Buffer.from(head), Buffer.from("FRAME\n"), luma, colour]);
}
