/** What axe-core finds on a page: WCAG 2.2 AA and its own best practices. */
import axe from "axe-core";
import type { Page } from "@playwright/test";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

declare global {
  interface Window {
    axe?: typeof axe;
  }
}

/**
 * Each finding with the elements it is about. The app has no frames, so axe runs in the page itself, and stays there for
 * the next look: its Playwright wrapper brings it twice for each and opens a page for the results, which takes ten times as long.
 */
export async function violations(page: Page): Promise<string[]> {
  if (await page.evaluate(() => window.axe === undefined)) await page.evaluate(axe.source);
  const { violations: found } = await page.evaluate((tags) => window.axe!.run({ runOnly: tags, resultTypes: ["violations"] }), TAGS);
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target.join(" ")} (${failureSummary ?? ""})`).join("; ")}`);
}
