/** The app as an installed one: what its manifest says, what is kept on the device, and how it gets newer. */
import type { Page } from "@playwright/test";
import { AppServer } from "./support/app-server";
import { agreed, BoardPage } from "./support/board-page";
import { expect, test } from "./support/fixtures";
import { fitInto, handwriting } from "./support/ink.mjs";
import { appKept } from "./support/kept";

interface Manifest {
  readonly name: string;
  readonly short_name: string;
  readonly lang: string;
  readonly start_url: string;
  readonly display: string;
  readonly theme_color: string;
  readonly background_color: string;
  readonly icons: readonly { readonly src: string; readonly sizes: string; readonly type: string; readonly purpose: string }[];
  readonly shortcuts: readonly { readonly name: string; readonly url: string }[];
}

async function controlled(page: Page): Promise<void> {
  await appKept(page);
}

function caches(page: Page): Promise<string[]> {
  return page.evaluate(async () => (await window.caches.keys()).filter((name) => name.startsWith("kakehashi-app-")));
}

function shownVersion(page: Page): Promise<string | null> {
  return page.evaluate(() => document.querySelector("meta[name=test-version]")?.getAttribute("content") ?? null);
}

test("it can be installed, in both languages: manifests, icons and shortcuts are there", async ({ people, server }) => {
  for (const [lang, name] of [["en", "Kakehashi"], ["ja", "架け橋"]] as const) {
    const page = await people.page("phone");
    await page.goto(`${server.url}/?lang=${lang}`);
    await controlled(page);
    const cdp = await page.context().newCDPSession(page);
    const { installabilityErrors } = await cdp.send("Page.getInstallabilityErrors");
    // A test's browser context counts as a private window.
    expect(installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito")).toEqual([]);
    const { errors } = await cdp.send("Page.getAppManifest");
    expect(errors).toEqual([]);

    const address = await page.locator("link[rel=manifest]").evaluate((link: HTMLLinkElement) => link.href);
    const answer = await fetch(address);
    expect(answer.headers.get("content-type")).toContain("application/manifest+json");
    const manifest = (await answer.json()) as Manifest;
    expect(manifest).toMatchObject({ lang, short_name: name, start_url: "/", display: "standalone" });
    expect(manifest.theme_color).toMatch(/^#[0-9a-f]{6}$/);
    for (const size of ["192x192", "512x512"]) {
      expect(manifest.icons.filter((icon) => icon.sizes === size && icon.type === "image/png").map((icon) => icon.purpose)).toEqual(["any", "maskable"]);
    }
    for (const { src, sizes, type } of manifest.icons) {
      const icon = await fetch(server.url + src);
      expect(icon.headers.get("content-type"), src).toContain(type);
      const bytes = Buffer.from(await icon.arrayBuffer());
      // The width and height that a PNG says in its first chunk.
      if (type === "image/png") expect(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`).toBe(sizes);
    }
    for (const { url } of manifest.shortcuts.filter((shortcut) => shortcut.url !== "/kiosk")) {
      await page.goto(server.url + url);
      if (url.endsWith("start")) await BoardPage.of(page);
      else await expect(page.getByRole("textbox")).toBeFocused();
    }
    await page.context().close();
  }
});

test("with the server away the app opens at each of its addresses, and says what it can do", async ({ people, server }) => {
  const page = await people.page();
  await page.goto(people.address());
  const board = await BoardPage.of(page);
  await board.write(fitInto(handwriting("一", 8), await board.area(0.2, 0.3, 0.5, 0.1)));
  const digest = await agreed([board]);
  await controlled(page);
  const asked: string[] = [];
  page.context().on("response", (response) => {
    if (response.fromServiceWorker()) asked.push(new URL(response.url()).pathname);
  });
  await page.getByRole("link", { name: "Back to the front page" }).click();
  const card = page.getByRole("link", { name: /Board of/ });
  await expect(card.locator("img")).toBeVisible();
  await server.kill();

  await page.goto(`${server.url}/?lang=en`);
  await expect(page.getByText("The server cannot be reached. Boards that this device has kept can still be opened; a new one needs the connection.")).toBeVisible();
  await expect(page.getByRole("heading", { name: "On this device" })).toBeVisible();
  await expect(card.locator("img")).toBeVisible();
  await expect(card).not.toContainText("Opens with a connection only");
  await page.goto(`${server.url}/kiosk?lang=en`);
  await expect(page.getByText("No connection to the server. A board can be started when it is back.")).toBeVisible();
  await page.getByRole("button", { name: "Start writing" }).click();
  await expect(page.getByRole("alert")).toHaveText("The server cannot be reached at the moment. Please try again in a while.");
  await page.goto(people.address());
  // The board is shown as this device saw it last, and goes on being written on.
  await expect.poll(() => page.evaluate(() => window.kakehashi?.digest())).toBe(digest);
  await expect(page.locator(".waiting")).toHaveCount(0);
  expect(asked).toContain("/kiosk");
  // What the server says of boards never passes through the device's cache.
  expect(asked.filter((path) => path.startsWith("/api/"))).toEqual([]);
  const kept = await page.evaluate(async () => {
    const found: string[] = [];
    for (const name of await window.caches.keys()) {
      for (const request of await (await window.caches.open(name)).keys()) found.push(new URL(request.url).pathname);
    }
    return found;
  });
  expect(kept).toContain("/index.html");
  expect(kept.filter((path) => path.startsWith("/api/"))).toEqual([]);

  // A device that was short of room may have let the board's content go; its place in the list stays.
  await page.goto(`${server.url}/?lang=en`);
  await page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const opening = indexedDB.open("kakehashi-documents");
        opening.onsuccess = () => {
          const transaction = opening.result.transaction(["entries", "bytes"], "readwrite");
          transaction.objectStore("entries").clear();
          transaction.objectStore("bytes").clear();
          transaction.oncomplete = () => {
            opening.result.close();
            resolve();
          };
        };
      }),
  );
  await page.reload();
  await expect(card).toContainText("Opens with a connection only");
});

test("a newer version is fetched beside the running one, said quietly, and taken at the next load", async ({ people }) => {
  const app = await AppServer.start();
  try {
    const page = await people.page();
    await page.goto(`${app.url}/?lang=en`);
    await controlled(page);
    expect(await shownVersion(page)).toBeNull();
    const [first] = await caches(page);
    app.release("newer");
    // The page looks for a newer version when the connection comes back.
    await page.context().setOffline(true);
    await page.context().setOffline(false);
    const notice = page.getByText("A new version is ready.");
    await expect(notice).toBeVisible({ timeout: 20_000 });
    expect(await caches(page)).toEqual([first, "kakehashi-app-newer"]);
    await page.getByRole("button", { name: "Reload" }).click();
    await expect.poll(() => shownVersion(page)).toBe("newer");
    await expect(notice).toHaveCount(0);
    // Two versions are kept, for pages that are still open; no more.
    app.release("newest");
    await page.reload();
    await expect.poll(() => caches(page)).toEqual(["kakehashi-app-newer", "kakehashi-app-newest"]);
  } finally {
    await app.stop();
  }
});

test("a version that cannot be fetched whole changes nothing", async ({ people }) => {
  const app = await AppServer.start();
  try {
    const page = await people.page();
    await page.goto(`${app.url}/?lang=en`);
    await controlled(page);
    const before = await caches(page);
    app.broken.add("/icon-512.png");
    app.release("broken");
    const failed = await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      await registration.update();
      const worker = registration.installing;
      if (worker === null) return "no worker";
      await new Promise<void>((resolve) => worker.addEventListener("statechange", () => worker.state === "redundant" && resolve()));
      return worker.state;
    });
    expect(failed).toBe("redundant");
    expect(await caches(page)).toEqual(before);
    await page.context().setOffline(true);
    await page.reload();
    await expect(page.getByRole("button", { name: "Start a board" })).toBeVisible();
    expect(await shownVersion(page)).toBeNull();
  } finally {
    await app.stop();
  }
});
