/**
 * Which requests the service worker answers, and from where. Everything it keeps is the app's own
 * files; what the server says of boards (`/api`) is authorised each time, so it never passes here.
 */
import type { Built, BuiltFile } from "./built";

export const CACHES = "kakehashi-app-";
/** The page that all of the app's own addresses show. */
export const PAGE = "/index.html";
/** Milliseconds that a page from the network may take, before the kept one is shown. */
export const PAGE_WAIT = 3000;
/** Bytes. What is larger is kept only once it was asked for. */
const FILE_MAX = 1_500_000;
/** Files that are fetched at once; a thin link has others waiting. */
const AT_ONCE = 3;
/** A page that is still open may ask for parts of the version before. */
const VERSIONS_KEPT = 2;

export type Answer = "page" | "file" | "network";

/** Addresses that the app itself understands. */
export function isPage(path: string): boolean {
  return path === "/" || path === PAGE || /^\/kiosk\/?$/.test(path) || /^\/b\/[^/]+\/?$/.test(path);
}

export function answerOf(request: { method: string; mode: string; url: string }, origin: string, files: ReadonlySet<string>): Answer {
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== origin) return "network";
  if (request.mode === "navigate") return isPage(url.pathname) ? "page" : "network";
  return files.has(url.pathname) || url.pathname.startsWith("/assets/") ? "file" : "network";
}

/** Puts all files of a build into its cache; rejects, and leaves nothing behind, if one is missing. */
export async function fill(storage: CacheStorage, built: Built): Promise<void> {
  const name = CACHES + built.version;
  const cache = await storage.open(name);
  const waiting = built.files.filter((file) => file.bytes <= FILE_MAX);
  const worker = async (): Promise<void> => {
    for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) await keep(storage, cache, file);
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  } catch (error) {
    waiting.length = 0;
    await storage.delete(name);
    throw error;
  }
}

async function keep(storage: CacheStorage, cache: Cache, file: BuiltFile): Promise<void> {
  // What the version before had under the same hash need not come over the link again.
  const known = file.revision === null ? await storage.match(file.path) : undefined;
  const response = known ?? (await fetch(file.path, { cache: file.revision === null ? "default" : "no-cache" }));
  if (!response.ok || response.redirected) throw new Error(`${file.path}: ${response.status}`);
  await cache.put(file.path, response);
}

/** Deletes the caches of versions that nobody runs any more. */
export async function prune(storage: CacheStorage, current: string): Promise<void> {
  const mine = (await storage.keys()).filter((name) => name.startsWith(CACHES) && name !== CACHES + current);
  const gone = mine.slice(0, Math.max(0, mine.length - (VERSIONS_KEPT - 1)));
  await Promise.all(gone.map((name) => storage.delete(name)));
}

/** The page: the server's if it answers in good time, else the kept one. */
export async function page(storage: CacheStorage, current: string, request: Request): Promise<Response> {
  const kept = async (): Promise<Response | undefined> => (await storage.open(CACHES + current)).match(PAGE);
  const asked = fetch(request);
  // Whoever is still waiting for it below hears of a failure; nobody else has to.
  asked.catch(() => undefined);
  // Where nothing is kept there is only the server to wait for.
  const late = new Promise<"late">((resolve) => setTimeout(() => resolve("late"), PAGE_WAIT));
  try {
    const first = await Promise.race([asked, late]);
    if (first !== "late" && (first.ok || first.type === "opaqueredirect")) return first;
    return (await kept()) ?? (first === "late" ? asked : first);
  } catch (error) {
    const page = await kept();
    if (page !== undefined) return page;
    throw error;
  }
}

/** A file of the app: the kept one, of whatever version has it. */
export async function file(storage: CacheStorage, current: string, request: Request): Promise<Response> {
  const path = new URL(request.url).pathname;
  const own = await storage.open(CACHES + current);
  const kept = (await own.match(path)) ?? (path.startsWith("/assets/") ? await storage.match(path) : undefined);
  if (kept !== undefined) return kept;
  const response = await fetch(request);
  // Hashed names never change their content; those too large for the beginning are kept now.
  if (response.ok && response.type === "basic" && path.startsWith("/assets/")) await own.put(path, response.clone());
  return response;
}
