import { defineConfig } from "vitest/config";
import { serviceWorker, WORKER } from "./build/service-worker.ts";

// Wall panels run browsers as old as Chromium 88. The server under /api is the one of `cargo xtask run`.
export default defineConfig({
  plugins: [serviceWorker()],
  build: {
    target: "chrome88",
    cssTarget: "chrome88",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: "index.html", [WORKER]: "src/worker/sw.ts" },
      output: {
        // A service worker rules what lies below its own address, and is found again by it.
        entryFileNames: (chunk) => (chunk.name === WORKER ? "[name].js" : "assets/[name]-[hash].js"),
      },
    },
  },
  server: {
    proxy: { "/api": { target: "http://127.0.0.1:8080", ws: true } },
  },
  test: { include: ["tests/**/*.test.ts"], environment: "node" },
});
