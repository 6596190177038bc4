/** What the device check has found, and what follows from it: one colour, and the one sentence that helps most. */
import type { CallRoute, CallRung, DeviceTrouble } from "@kakehashi/client";

export type CheckColor = "green" | "amber" | "red";

/** `waiting`: not known yet. */
export interface Findings {
  readonly camera: "waiting" | "works" | DeviceTrouble;
  /** `quiet`: it is there, and nothing was heard by it. */
  readonly microphone: "waiting" | "works" | "quiet" | DeviceTrouble;
  readonly speaker: "waiting" | "heard" | "not-heard";
  readonly line: "waiting" | LineFound;
}

/** `blocked`: the server was asked, and no media flows. `none`: it could not even be asked. */
export type LineFound = "blocked" | "none" | "unsupported" | { readonly over: CallRoute["over"]; readonly rung: CallRung | null };

export type Advice =
  | "ready"
  | "line-none"
  | "line-blocked"
  | "unsupported"
  | "speaker"
  | "microphone-refused"
  | "microphone-missing"
  | "microphone-busy"
  | "microphone-quiet"
  | "line-slow"
  | "line-tcp"
  | "camera-refused"
  | "camera-missing"
  | "camera-busy";

export interface Verdict {
  readonly color: CheckColor;
  readonly advice: Advice;
}

/** How many of the four are known. */
export function knownOf(findings: Findings): number {
  return Object.values(findings).filter((found) => found !== "waiting").length;
}

/**
 * Null until all four are known. Red: one could not take part as it is. Amber: one could, with something missing.
 */
export function verdictOf({ camera, microphone, speaker, line }: Findings): Verdict | null {
  if (camera === "waiting" || microphone === "waiting" || speaker === "waiting" || line === "waiting") return null;
  if (line === "none") return { color: "red", advice: "line-none" };
  if (line === "blocked") return { color: "red", advice: "line-blocked" };
  if (line === "unsupported") return { color: "red", advice: "unsupported" };
  if (speaker === "not-heard") return { color: "red", advice: "speaker" };
  if (microphone === "quiet") return { color: "amber", advice: "microphone-quiet" };
  if (microphone !== "works") return { color: "amber", advice: adviceOn("microphone", microphone) };
  if (line.rung === "ink" || line.rung === "voice") return { color: "amber", advice: "line-slow" };
  if (line.over === "tcp") return { color: "amber", advice: "line-tcp" };
  if (camera !== "works") return { color: "amber", advice: adviceOn("camera", camera) };
  return { color: "green", advice: "ready" };
}

function adviceOn(device: "microphone" | "camera", trouble: DeviceTrouble): Advice {
  return trouble === "unknown" ? `${device}-busy` : `${device}-${trouble}`;
}

/** What a `getUserMedia` that failed says of the device. */
export function troubleOf(error: unknown): DeviceTrouble {
  const name = error instanceof Error ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "refused";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "missing";
  return name === "NotReadableError" || name === "AbortError" ? "busy" : "unknown";
}
