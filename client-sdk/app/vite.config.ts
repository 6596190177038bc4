import { defineConfig } from "vitest/config";

// Wall panels run browsers as old as Chromium 88. The server under /api is the one of `cargo xtask run`.
export default defineConfig({
  build: {
    target: "chrome88",
    cssTarget: "chrome88",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: { "/api": { target: "http://127.0.0.1:8080", ws: true } },
  },
  test: { include: ["tests/**/*.test.ts"], environment: "node" },
});
