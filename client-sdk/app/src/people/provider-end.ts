/** What has become of a way to a provider: the server says it behind `#` in the address that it sends the browser back to. */
import { sentenceOfCode } from "./requests";

export type ProviderEnd = { readonly end: "signed-in" | "connected" } | { readonly end: "problem"; readonly sentence: string } | null;

/** Reads it out of the address, once: loaded again, the page says it no more. */
export function takeProviderEnd(): ProviderEnd {
  const fragment = location.hash.slice(1);
  const problem = /^problem=([a-z_]+)$/.exec(fragment)?.[1];
  if (problem === undefined && fragment !== "signed-in" && fragment !== "connected") return null;
  history.replaceState(history.state, "", `${location.pathname}${location.search}`);
  if (problem !== undefined) return { end: "problem", sentence: sentenceOfCode(problem) };
  return { end: fragment === "connected" ? "connected" : "signed-in" };
}
