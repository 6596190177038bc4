import { afterEach, describe, expect, it, vi } from "vitest";
import type { Built } from "../src/worker/built";
import { answerOf, CACHES, file, fill, isPage, page, PAGE_WAIT, prune } from "../src/worker/keep";

const ORIGIN = "https://board.example";

/** Of the Cache API, what the worker uses; in memory. */
class MemoryCaches {
  readonly all = new Map<string, Map<string, string>>();

  async open(name: string): Promise<Cache> {
    const held = this.all.get(name) ?? new Map<string, string>();
    this.all.set(name, held);
    const cache = {
      match: async (path: string) => (held.has(path) ? new Response(held.get(path)) : undefined),
      put: async (path: string, response: Response) => void held.set(path, await response.text()),
    };
    return cache as unknown as Cache;
  }

  async match(path: string): Promise<Response | undefined> {
    for (const held of this.all.values()) if (held.has(path)) return new Response(held.get(path));
    return undefined;
  }

  async delete(name: string): Promise<boolean> {
    return this.all.delete(name);
  }

  async keys(): Promise<string[]> {
    return [...this.all.keys()];
  }
}

function storage(): { memory: MemoryCaches; caches: CacheStorage } {
  const memory = new MemoryCaches();
  return { memory, caches: memory as unknown as CacheStorage };
}

/** A network that has these files; what is missing is answered by 404. */
function network(files: Readonly<Record<string, string>>): string[] {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (input: string | { url: string }) => {
    const path = typeof input === "string" ? input : new URL(input.url).pathname;
    asked.push(path);
    const content = files[path];
    return content === undefined ? new Response("", { status: 404 }) : new Response(content);
  });
  return asked;
}

const built = (version: string, ...paths: string[]): Built => ({
  version,
  files: paths.map((path) => ({ path, revision: path.startsWith("/assets/") ? null : version, bytes: 10 })),
});

const request = (path: string): Request => ({ url: ORIGIN + path }) as Request;

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("what the service worker answers", () => {
  it("knows the app's own addresses", () => {
    for (const path of ["/", "/index.html", "/kiosk", "/kiosk/", "/b/2gv4mzt6ksc8w5rjq9h3xbnpde"]) expect(isPage(path), path).toBe(true);
    for (const path of ["/b/", "/b/a/b", "/api/v1/boards", "/healthz", "/kiosk2", "/icon.svg"]) expect(isPage(path), path).toBe(false);
  });

  it("leaves to the network whatever is said of boards, written, or of elsewhere", () => {
    const files = new Set(["/icon.svg", "/index.html"]);
    const of = (path: string, mode = "cors", method = "GET", origin = ORIGIN) => answerOf({ url: origin + path, mode, method }, ORIGIN, files);
    expect(of("/b/2gv4", "navigate")).toBe("page");
    expect(of("/metrics", "navigate")).toBe("network");
    expect(of("/icon.svg")).toBe("file");
    expect(of("/assets/pdf-1a.js")).toBe("file");
    expect(of("/api/v1/boards/2gv4")).toBe("network");
    expect(of("/api/v1/boards/2gv4/export", "navigate")).toBe("network");
    expect(of("/icon.svg", "cors", "POST")).toBe("network");
    expect(of("/icon.svg", "cors", "GET", "https://other.example")).toBe("network");
  });
});

describe("a version's files", () => {
  it("are all kept, but for those too large for the beginning", async () => {
    const { memory, caches } = storage();
    network({ "/index.html": "page", "/assets/a-1.js": "a", "/assets/font-2.ttf": "much" });
    const version = built("1", "/index.html", "/assets/a-1.js");
    await fill(caches, { ...version, files: [...version.files, { path: "/assets/font-2.ttf", revision: null, bytes: 5_000_000 }] });
    expect([...(memory.all.get(`${CACHES}1`)?.keys() ?? [])].sort()).toEqual(["/assets/a-1.js", "/index.html"]);
  });

  it("leave nothing behind if one is missing", async () => {
    const { memory, caches } = storage();
    network({ "/index.html": "page" });
    await expect(fill(caches, built("1", "/index.html", "/assets/gone-1.js"))).rejects.toThrow("404");
    expect(memory.all.size).toBe(0);
  });

  it("with the same hash come from the version before, not over the link again", async () => {
    const { caches } = storage();
    network({ "/index.html": "one", "/assets/core-1.wasm": "core" });
    await fill(caches, built("1", "/index.html", "/assets/core-1.wasm"));
    const asked = network({ "/index.html": "two" });
    await fill(caches, built("2", "/index.html", "/assets/core-1.wasm"));
    expect(asked).toEqual(["/index.html"]);
    expect(await (await page(caches, "2", request("/elsewhere"))).text()).toBe("two");
  });

  it("go when nobody can run them any more; other caches stay", async () => {
    const { memory, caches } = storage();
    for (const name of [`${CACHES}1`, "pictures", `${CACHES}2`, `${CACHES}3`]) await caches.open(name);
    await prune(caches, "3");
    expect([...memory.all.keys()]).toEqual(["pictures", `${CACHES}2`, `${CACHES}3`]);
  });

  it("of the version before are found for pages that are still open; larger ones are kept once asked for", async () => {
    const { memory, caches } = storage();
    await (await caches.open(`${CACHES}1`)).put("/assets/old-1.js", new Response("old"));
    const asked = network({ "/assets/font-2.ttf": "much" });
    vi.stubGlobal("fetch", async (input: Request) => {
      asked.push(new URL(input.url).pathname);
      return Object.defineProperty(new Response("much"), "type", { value: "basic" });
    });
    expect(await (await file(caches, "2", request("/assets/old-1.js"))).text()).toBe("old");
    expect(asked).toEqual([]);
    expect(await (await file(caches, "2", request("/assets/font-2.ttf"))).text()).toBe("much");
    await file(caches, "2", request("/assets/font-2.ttf"));
    expect(asked).toEqual(["/assets/font-2.ttf"]);
    expect(memory.all.get(`${CACHES}2`)?.has("/assets/font-2.ttf")).toBe(true);
  });
});

describe("the page", () => {
  it("is the server's while it answers in good time", async () => {
    const { caches } = storage();
    await (await caches.open(`${CACHES}1`)).put("/index.html", new Response("kept"));
    network({ "/b/x": "fresh" });
    expect(await (await page(caches, "1", request("/b/x"))).text()).toBe("fresh");
  });

  it("is the kept one when the server is away, ill, or does not know the address", async () => {
    const { caches } = storage();
    await (await caches.open(`${CACHES}1`)).put("/index.html", new Response("kept"));
    network({});
    expect(await (await page(caches, "1", request("/kiosk"))).text()).toBe("kept");
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("away")));
    expect(await (await page(caches, "1", request("/"))).text()).toBe("kept");
  });

  it("is not waited for longer than a moment, where one is kept", async () => {
    vi.useFakeTimers();
    const { caches } = storage();
    await (await caches.open(`${CACHES}1`)).put("/index.html", new Response("kept"));
    vi.stubGlobal("fetch", () => new Promise(() => undefined));
    const shown = page(caches, "1", request("/"));
    await vi.advanceTimersByTimeAsync(PAGE_WAIT);
    expect(await (await shown).text()).toBe("kept");
  });

  it("fails as it would without the worker where none is kept", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("away")));
    await expect(page(storage().caches, "1", request("/"))).rejects.toThrow("away");
  });
});
