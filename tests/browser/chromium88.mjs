/**
 * A wall panel with the oldest browser that is supported, beside one of today. Ends with
 * `N passed, N failed`. CHROMIUM88 is its program, KAKEHASHI_BIN the server's.
 */
import assert from "node:assert/strict";
import { launchToday, scenario } from "./everywhere/scenario.mjs";
import { Panel } from "./support/panel.mjs";
import { Report } from "./support/report.mjs";
import { Server } from "./support/server.mjs";

const program = process.env["CHROMIUM88"];
if (program === undefined) throw new Error("CHROMIUM88 names no program; `cargo xtask test` does");

const report = new Report();
const server = await Server.start();
const { panel, page } = await Panel.start(program);
const today = await launchToday();
try {
  await report.check("it is Chromium 88", async () => {
    const { product } = await panel.send("Browser.getVersion");
    assert.match(product, /\/88\./);
    console.log(`covered: ${product} beside ${today.version()}`);
  });
  await scenario({ report, server, name: "Chromium 88", tried: page, today });
} finally {
  panel.close();
  await today.close();
  await server.remove();
}
report.end();
