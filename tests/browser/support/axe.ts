/** What axe-core finds on a page: WCAG 2.2 AA and its own best practices. */
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

/** Each finding with the elements it is about. */
export async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]).analyze();
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target.join(" ")} (${failureSummary ?? ""})`).join("; ")}`);
}
