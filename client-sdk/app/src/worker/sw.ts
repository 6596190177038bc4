/**
 * The service worker: keeps the app's files on the device, so that it opens without a server.
 * A new version is fetched whole before it counts; if that fails, all stays as it was.
 */
import type { Built } from "./built";
import { answerOf, file, fill, page, prune } from "./keep";
import type { WorkerScope } from "./scope";

declare const self: Window & typeof globalThis;
const scope = self as unknown as WorkerScope;

// The build writes the list in here.
const built = JSON.parse("__BUILT__") as Built;
const paths: ReadonlySet<string> = new Set(built.files.map((entry) => entry.path));

scope.addEventListener("install", (event) => {
  // Pages that run go on with what they have loaded; the next load takes the new version.
  event.waitUntil(fill(caches, built).then(() => scope.skipWaiting()));
});

scope.addEventListener("activate", (event) => {
  event.waitUntil(prune(caches, built.version).then(() => scope.clients.claim()));
});

scope.addEventListener("fetch", (event) => {
  const { request } = event;
  switch (answerOf(request, scope.location.origin, paths)) {
    case "page":
      event.respondWith(page(caches, built.version, request));
      break;
    case "file":
      event.respondWith(file(caches, built.version, request));
      break;
    case "network":
      break;
  }
});
