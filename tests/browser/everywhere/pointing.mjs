/** Many hands and a palm, as devices tell of them that no driver can play: by the events alone. */
import { until } from "../support/report.mjs";

const HANDS = 20;
const STEPS = 12;

/**
 * Sends pointers to the board as a device would: each goes down, along its path, and up.
 * @param {readonly { id: number, type: string, size: number, path: readonly { x: number, y: number }[] }[]} pointers
 */
function play(pointers) {
  const surface = /** @type {HTMLElement} */ (document.querySelector("[role=application]"));
  // Nothing holds a pointer that only its events tell of.
  surface.setPointerCapture = () => undefined;
  const longest = Math.max(...pointers.map(({ path }) => path.length));
  for (let step = 0; step <= longest; step++) {
    for (const { id, type, size, path } of pointers) {
      const at = path[Math.min(step, path.length - 1)];
      const name = step === 0 ? "pointerdown" : step === longest ? "pointerup" : "pointermove";
      const pressed = step === longest ? 0 : 1;
      surface.dispatchEvent(new PointerEvent(name, { pointerId: id, pointerType: type, bubbles: true, cancelable: true, clientX: at?.x ?? 0, clientY: at?.y ?? 0, width: size, height: size, button: name === "pointermove" ? -1 : 0, buttons: pressed, pressure: pressed * 0.4 }));
    }
  }
  Reflect.deleteProperty(surface, "setPointerCapture");
}

/** @param {import("./trial.mjs").Trial} trial */
export async function pointing(trial) {
  const { far, hand, name } = trial;
  await trial.shared();
  /** @type {(x: number, down: number) => Promise<{ x: number, y: number }[]>} */
  const line = async (x, down) => Promise.all(Array.from({ length: STEPS }, (_, i) => hand.place(x, down + (i * 0.3) / STEPS)));

  await trial.check(`${HANDS} pointers at once in ${name} are ${HANDS} strokes, whole and apart`, async () => {
    const pointers = [];
    for (let i = 0; i < HANDS; i++) pointers.push({ id: 200 + i, type: "touch", size: 20, path: await line(0.1 + (i * 0.8) / HANDS, 0.2) });
    await hand.ask(play, pointers);
    await trial.agreed();
    const widths = `window.kakehashi.records().map(function (record) { var xs = record.points.map(function (point) { return point[0]; }); return Math.max.apply(null, xs) - Math.min.apply(null, xs); })`;
    await until("all strokes on the far side, none with a point of another", () => far(widths), (all) => all.length === HANDS && all.every((/** @type {number} */ width) => width < 1));
  });

  await trial.check(`a palm beside a pen writes nothing in ${name}`, async () => {
    const palm = { id: 300, type: "touch", size: 20, path: await line(0.8, 0.65) };
    const pen = { id: 301, type: "pen", size: 1, path: await line(0.3, 0.6) };
    // The palm comes first, as it does.
    await hand.ask(play, [palm, pen]);
    await trial.agreed();
    await until("one stroke more", () => hand.kinds(), (kinds) => kinds.length === HANDS + 1);
    await until("the pen's, on the far side", () => far(`window.kakehashi.records().slice(-1)[0].points[0][2]`), (pressure) => pressure > 0);
  });
}
