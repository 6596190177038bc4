/** What tests of accounts share: the link that makes the first one, its making, and a password. */
import { expect, type Page } from "@playwright/test";
import type { Server } from "./server.mjs";

export const PASSWORD = "correct horse battery";

/** The link that the server has written to its log, in a language. */
export async function setUpLink(server: Server, lang: "en" | "ja"): Promise<string> {
  await expect.poll(() => server.log).toContain("/setup#");
  return `${server.url}/setup?lang=${lang}${/\/setup(#[0-9a-f]{32})/.exec(server.log)?.[1] ?? ""}`;
}

/** Makes the first account in a page, which is then on the page of administrators. */
export async function setUp(page: Page, server: Server): Promise<void> {
  await page.goto(await setUpLink(server, "en"));
  for (const [label, text] of [["Your name", "Aoi Mori"], ["Login", "aoi"], ["Password", PASSWORD]] as const) {
    await page.getByLabel(label, { exact: true }).fill(text);
  }
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Administration" })).toBeVisible();
}
