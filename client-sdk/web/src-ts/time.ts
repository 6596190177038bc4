/** Milliseconds since 1970, never going back while the page lives. */
export function now(): number {
  return Math.round(performance.timeOrigin + performance.now());
}
