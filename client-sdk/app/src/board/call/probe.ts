/** Finds out whether media gets to the server and back: by the call that one is in, or by being in it for a moment, silently. */
import type { BoardCall, CallDevices, CallRoute } from "@kakehashi/client";
import type { LineFound } from "./check";

/** Milliseconds: for media to flow, and then for the line to be measured. */
const FLOWS_MAX = 12_000;
const MEASURE_MAX = 2500;
const LOOK_EVERY = 250;

/** `reached`: whether the board itself is connected. */
export async function tryLine(call: BoardCall, devices: CallDevices, reached: boolean): Promise<LineFound> {
  if (!reached) return "none";
  const wasIn = call.state() !== "off";
  try {
    if (!wasIn) await withinTime(call.join({ microphone: false, camera: false, devices, silent: true }));
    const route = await routeOf(call);
    if (route === null) return "blocked";
    for (let waited = 0; call.line() === null && waited < MEASURE_MAX; waited += LOOK_EVERY) await pause();
    return { over: route.over, rung: call.line()?.rung ?? null };
  } catch (error) {
    console.warn(error);
    return error instanceof Error && Reflect.get(error, "why") === "unsupported" ? "unsupported" : "blocked";
  } finally {
    if (!wasIn) call.leave();
  }
}

async function routeOf(call: BoardCall): Promise<CallRoute | null> {
  for (let waited = 0; waited < MEASURE_MAX; waited += LOOK_EVERY) {
    const route = await call.route();
    if (route !== null) return route;
    await pause();
  }
  return null;
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
}

async function withinTime(joining: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("no media within the time")), FLOWS_MAX);
  });
  try {
    await Promise.race([joining, over]);
  } finally {
    clearTimeout(timer);
  }
}
