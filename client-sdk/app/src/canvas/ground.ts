/** The ground around the sheet, and the edge that lifts the sheet off it. Both belong to the theme (styles/tokens.css). */
import { type Appearance, appearance } from "../state/appearance";
import { PAGE, type Point } from "./rect";

let readFor: Appearance | null = null;
let color = "#ffffff";
let edge = "#000000";

/** Read from the page once for each theme: asking for styles in every frame would cost a layout. */
function read(): void {
  const now = appearance.get();
  if (now === readFor) return;
  const styles = getComputedStyle(document.documentElement);
  color = styles.getPropertyValue("--ground").trim();
  edge = styles.getPropertyValue("--sheet-edge").trim();
  readFor = now;
}

export function ground(): string {
  read();
  return color;
}

/** A hair around the sheet, and a fainter one below; all in device pixels. A blurred shadow would cost weak chips too much. */
export function paintEdge(ctx: CanvasRenderingContext2D, origin: Point, scale: number, ratio: number): void {
  read();
  const x = origin.x + PAGE.x * scale;
  const y = origin.y + PAGE.y * scale;
  const width = PAGE.width * scale;
  const height = PAGE.height * scale;
  const hair = Math.max(1, Math.round(ratio));
  ctx.fillStyle = edge;
  ctx.fillRect(x - hair, y - hair, width + 2 * hair, height + 2 * hair);
  ctx.fillRect(x, y + height, width, 2 * hair);
}
