/**
 * WebKit, which all iPads have, beside today's Chromium. Ends with `N passed, N failed`.
 * WEBKIT_DRIVER is its driver, KAKEHASHI_BIN the server's program. Needs a display.
 */
import { launchToday, scenario } from "./everywhere/scenario.mjs";
import { Report } from "./support/report.mjs";
import { Server } from "./support/server.mjs";
import { WebKit } from "./support/webkit-driver.mjs";

const report = new Report();
const server = await Server.start();
const today = await launchToday();
const webkit = await WebKit.start(process.env["WEBKIT_DRIVER"] ?? "WebKitWebDriver");
try {
  console.log(`covered: ${webkit.version} beside Chromium ${today.version()}`);
  await scenario({ report, server, name: "WebKit", tried: await webkit.page(), today });
} finally {
  await webkit.close();
  await today.close();
  await server.remove();
}
report.end();
