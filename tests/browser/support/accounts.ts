/** What tests of accounts share: the link that makes the first one, and a password. */
import { expect } from "@playwright/test";
import type { Server } from "./server.mjs";

export const PASSWORD = "correct horse battery";

/** The link that the server has written to its log, in a language. */
export async function setUpLink(server: Server, lang: "en" | "ja"): Promise<string> {
  await expect.poll(() => server.log).toContain("/setup#");
  return `${server.url}/setup?lang=${lang}${/\/setup(#[0-9a-f]{32})/.exec(server.log)?.[1] ?? ""}`;
}
