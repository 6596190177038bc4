/**
 * Excalidraw with the strokes of a file as its scene. The file holds the number of strokes, the points
 * of each, and then x and y of every point, all as 32-bit numbers: quicker to read than Excalidraw's own
 * JSON, so that nothing is held against it that is not its own.
 */
import { createElement } from "react";
import { createRoot } from "react-dom/client";
import { Excalidraw } from "@excalidraw/excalidraw";
import "@excalidraw/excalidraw/index.css";

/** A page, and the room around it. */
const PAGE = { width: 1920, height: 1080, share: 0.94 };
/** Excalidraw draws freehand 4.25 times as wide as it says; ours are 4 units wide. */
const STROKE_WIDTH = 1;

function element(points, index) {
  const [x, y] = [points[0], points[1]];
  const relative = [];
  let [left, top, right, bottom] = [x, y, x, y];
  for (let i = 0; i < points.length; i += 2) {
    relative.push([points[i] - x, points[i + 1] - y]);
    left = Math.min(left, points[i]);
    right = Math.max(right, points[i]);
    top = Math.min(top, points[i + 1]);
    bottom = Math.max(bottom, points[i + 1]);
  }
  return {
    id: `stroke${index}`,
    type: "freedraw",
    x,
    y,
    width: right - left,
    height: bottom - top,
    angle: 0,
    strokeColor: "#1f2937",
    backgroundColor: "transparent",
    fillStyle: "solid",
    strokeWidth: STROKE_WIDTH,
    strokeStyle: "solid",
    roughness: 1,
    opacity: 100,
    groupIds: [],
    frameId: null,
    index: null,
    roundness: null,
    seed: index + 1,
    version: 1,
    versionNonce: index + 1,
    isDeleted: false,
    boundElements: null,
    updated: 1,
    link: null,
    locked: false,
    points: relative,
    pressures: [],
    simulatePressure: true,
    lastCommittedPoint: relative[relative.length - 1],
  };
}

async function scene() {
  const bytes = await (await fetch("./strokes.bin")).arrayBuffer();
  const [strokes, points] = new Uint32Array(bytes, 0, 2);
  const places = new Float32Array(bytes, 8);
  const zoom = PAGE.share * Math.min(innerWidth / PAGE.width, innerHeight / PAGE.height);
  return {
    elements: Array.from({ length: strokes }, (_, i) => element(places.subarray(i * points * 2, (i + 1) * points * 2), i)),
    appState: {
      zoom: { value: zoom },
      scrollX: (innerWidth / zoom - PAGE.width) / 2,
      scrollY: (innerHeight / zoom - PAGE.height) / 2,
      currentItemStrokeColor: "#e03131",
      showWelcomeScreen: false,
    },
  };
}

createRoot(document.getElementById("root")).render(createElement(Excalidraw, { initialData: scene(), handleKeyboardGlobally: true, excalidrawAPI: (api) => (window.excalidraw = api) }));
