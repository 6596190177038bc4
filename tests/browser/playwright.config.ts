import { defineConfig } from "@playwright/test";

// Chromium is the system's own, found by `cargo xtask test`; without it, the name in PATH.
const executablePath = process.env["KAKEHASHI_CHROMIUM"] ?? "/usr/bin/chromium";

// Each test starts the servers it needs from KAKEHASHI_BIN, on ports of their own, and may kill
// them, and no server is shared between tests of different files; so tests may run beside each other.
export default defineConfig({
  testDir: ".",
  testMatch: "**/*.spec.ts",
  workers: 2,
  fullyParallel: true,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: process.env["CI"] !== undefined,
  reporter: [["list"]],
  outputDir: "test-results",
  use: {
    // What was done and said, without film and copies of the page: they slow down what is tested by a sixth.
    trace: { mode: "retain-on-failure", screenshots: false, snapshots: false },
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        // A camera that shows a moving pattern, and that nobody has to allow; slow, since one machine encodes for all.
        "--use-fake-device-for-media-stream=fps=8",
        "--use-fake-ui-for-media-stream",
      ],
    },
  },
});
