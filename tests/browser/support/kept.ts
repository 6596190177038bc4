/** The service worker, which keeps the app. */
import type { Page } from "@playwright/test";

/** Waits until the app is kept: what is opened from now on opens without the server. The page itself may not be led by it yet. */
export async function appKept(page: Page): Promise<void> {
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
}
