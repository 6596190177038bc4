/**
 * A wall panel with the oldest browser that is supported, beside one of today. Ends with
 * `N passed, N failed`. CHROMIUM88 is its program, KAKEHASHI_BIN the server's.
 */
import assert from "node:assert/strict";
import { Panel } from "./support/panel.mjs";
import { Report } from "./support/report.mjs";
import { launchToday, scenario } from "./support/scenario.mjs";
import { Server } from "./support/server.mjs";

const program = process.env["CHROMIUM88"];
if (program === undefined) throw new Error("CHROMIUM88 names no program; `cargo xtask test` does");

const report = new Report();
const server = await Server.start();
const panel = new Panel(program);
const today = await launchToday();
try {
  await report.check("it is Chromium 88", async () => {
    const { product } = await panel.send("Browser.getVersion");
    assert.match(product, /\/88\./);
    console.log(`covered: ${product} beside ${today.version()}`);
  });
  await report.check("all of it runs", () => scenario(report, server, "Chromium 88", (address) => panel.open(address), today));
  await report.check("nothing was thrown in its pages", () => assert.deepEqual(panel.problems, []));
} finally {
  panel.close();
  await today.close();
  await server.remove();
}
report.end();
