/** A drawing of another program with everything in it that a page can hold. */

/** Two by two pixels: red, green, blue, half clear. */
const PICTURE =
  "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAYAAABytg0kAAAAGklEQVR4nGM4oaHxX+OExn8GDY0T/xkYGBoAQ70GxlhlbMoAAAAASUVORK5CYII=";

export const JAPANESE = "架け橋の授業：漢字かな交じり文";
export const HOSTILE = `</text><script>alert(1)</script> & "quotes" 'も' <b>`;

type Element = Readonly<Record<string, unknown>>;

export function fullDrawing(): { readonly name: string; readonly text: string; readonly count: number } {
  const wave = (count: number): [number, number][] => Array.from({ length: count }, (_, i) => [i * 6, 60 * Math.sin(i / 6)]);
  const elements: Element[] = [
    { type: "rectangle", x: 60, y: 60, width: 300, height: 180, strokeColor: "#c62828", backgroundColor: "#fff0a8", strokeWidth: 6 },
    { type: "ellipse", x: 420, y: 60, width: 300, height: 180, strokeColor: "#1560bd", backgroundColor: "#cfe6fb", strokeWidth: 4, opacity: 60, angle: 0.4 },
    { type: "diamond", x: 780, y: 60, width: 240, height: 180, strokeColor: "#1b7a43", strokeWidth: 8 },
    { type: "arrow", x: 1080, y: 80, points: [[0, 0], [160, 120], [320, 60]], strokeColor: "#7b3fa0", strokeWidth: 6, endArrowhead: "arrow" },
    { type: "line", x: 1460, y: 80, points: [[0, 0], [200, 160], [380, 0]], strokeColor: "#c75b00", strokeWidth: 10 },
    { type: "freedraw", x: 60, y: 380, points: wave(100), pressures: wave(100).map((_, i) => 0.2 + 0.6 * Math.abs(Math.sin(i / 12))), simulatePressure: false, strokeColor: "#1d2429", strokeWidth: 2 },
    { type: "freedraw", x: 760, y: 380, points: wave(100), simulatePressure: true, strokeColor: "#c2397f", strokeWidth: 1.5 },
    { type: "freedraw", x: 60, y: 520, points: wave(160), strokeColor: "#1d2429", strokeWidth: 6, customData: { kakehashi: { tool: "highlighter", color: "#ffe23fa6", felt: false } } },
    { type: "text", x: 60, y: 640, width: 900, height: 60, text: JAPANESE, originalText: JAPANESE, fontSize: 48, strokeColor: "#1d2429", autoResize: true },
    { type: "text", x: 60, y: 740, width: 700, height: 120, text: HOSTILE, originalText: HOSTILE, fontSize: 36, strokeColor: "#1560bd", autoResize: false },
    { type: "text", x: 1000, y: 640, width: 500, height: 60, text: "Turned 😀 text", originalText: "Turned 😀 text", fontSize: 40, angle: 0.3, strokeColor: "#7a4a21" },
    { type: "rectangle", id: "card", x: 1560, y: 560, width: 300, height: 220, strokeColor: "transparent", backgroundColor: "#cdeecb", customData: { kakehashi: { kind: "note" } }, boundElements: [{ type: "text", id: "words" }] },
    { type: "text", id: "words", containerId: "card", x: 1576, y: 576, width: 268, height: 100, text: "A card with\nwriting", originalText: "A card with writing", fontSize: 32, strokeColor: "#1d2429" },
    { type: "image", x: 1000, y: 800, width: 240, height: 180, fileId: "picture" },
    { type: "rectangle", x: 1320, y: 880, width: 160, height: 120, strokeColor: "#66727b", strokeWidth: 4, locked: true },
  ];
  const drawing = { type: "excalidraw", version: 2, elements, appState: {}, files: { picture: { id: "picture", mimeType: "image/png", dataURL: `data:image/png;base64,${PICTURE}` } } };
  return { name: "everything.excalidraw", text: JSON.stringify(drawing), count: elements.length - 1 };
}
