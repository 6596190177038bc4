/**
 * A page of strokes in a Yjs document, painted as soon as it has come over y-websocket: the least that
 * an app on Yjs can do. Each stroke is a map with an array of binaries of two points.
 */
import * as Y from "yjs";
import { WebsocketProvider } from "y-websocket";

/** The page that the strokes stand on. */
const PAGE = { width: 1920, height: 1080, share: 0.94 };

const canvas = document.querySelector("canvas");
canvas.width = innerWidth;
canvas.height = innerHeight;
const ctx = canvas.getContext("2d");
ctx.fillStyle = "#ffffff";
ctx.fillRect(0, 0, canvas.width, canvas.height);

function paint(strokes) {
  const scale = Math.min(innerWidth / PAGE.width, innerHeight / PAGE.height) * PAGE.share;
  ctx.setTransform(scale, 0, 0, scale, (innerWidth - PAGE.width * scale) / 2, (innerHeight - PAGE.height * scale) / 2);
  ctx.strokeStyle = "#1f2937";
  ctx.lineWidth = 4;
  ctx.lineCap = ctx.lineJoin = "round";
  strokes.forEach((stroke) => {
    ctx.beginPath();
    stroke.get("points").forEach((bytes) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      for (let at = 0; at + 6 <= bytes.byteLength; at += 6) ctx.lineTo(view.getInt16(at, true) / 8, view.getInt16(at + 2, true) / 8);
    });
    ctx.stroke();
  });
}

const doc = new Y.Doc();
const provider = new WebsocketProvider(`ws://${location.host}`, "page", doc, { disableBc: true });
provider.on("sync", (synced) => {
  if (synced) paint(doc.getArray("strokes"));
});
