/**
 * Every screen and state at every size, in both languages, light and dark: nothing is wider than the screen, and the theme
 * is there as a whole. A run tries some of the sizes in one language only; a soak, and a run with `KAKEHASHI_SCREENS`, all. That
 * is a folder: each sight is a picture in it to be looked at.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Browser, type Page, test } from "@playwright/test";
import { PASSWORD, setUpLink } from "./support/accounts";
import { agreed, BoardPage } from "./support/board-page";
import { expect, People, type ScreenName, SCREENS } from "./support/fixtures";
import { fitInto, handwriting, type Point } from "./support/ink.mjs";
import { makeLesson, ON_SHEET } from "./support/lesson";
import { addPanel } from "./support/panels";
import { Server } from "./support/server.mjs";
import { AT_DOOR, AT_DOOR_WITH_BOARDS, AT_IDLE, ON_BOARD, ON_PANEL, onSheet, OVER_BOARD, type Sight } from "./support/sights";

const FOLDER = process.env["KAKEHASHI_SCREENS"];
/** Each size and each language once, in every run; the others where pictures are wanted or there is time. */
const TRIED = ["wall, ja", "laptop, en", "phone, ja"];
const ALL = FOLDER !== undefined || process.env["KAKEHASHI_SOAK"] !== undefined;
const LANGUAGES = ["en", "ja"] as const;

// What is not there after this is not coming.
test.use({ actionTimeout: 15_000 });

type Language = (typeof LANGUAGES)[number];

/** One server and one lesson for all that a worker looks at, and two others who are there all the time. */
let server: Server;
let people: People;
let others: BoardPage[] = [];
let looks = 0;

function arrival(browser: Browser): People {
  const context = (screen: ScreenName) => browser.newContext({ viewport: SCREENS[screen], hasTouch: screen !== "laptop", locale: "en-GB", reducedMotion: "reduce" });
  return new People(context, server, "");
}

test.beforeAll(async ({ browser }) => {
  test.setTimeout(120_000);
  if (FOLDER !== undefined) mkdirSync(FOLDER, { recursive: true });
  server = await Server.start();
  const writer = await arrival(browser).page();
  const board = await makeLesson(writer, server);
  people = new People(async (screen) => (await arrival(browser).page(screen)).context(), server, board);
  others = [await BoardPage.of(writer), await people.join()];
  for (const [i, name] of ["Iki", "大村"].entries()) {
    const { page } = others[i]!;
    await page.locator(".my-name").click();
    await page.locator("[role=dialog] input").first().fill(name);
    await page.keyboard.press("Enter");
  }
  await agreed(others);
});

test.afterAll(async () => {
  console.log(`covered: screens, ${looks} looks${FOLDER === undefined ? "" : `, each a picture in ${FOLDER}`}`);
  people.check();
  await server.remove();
});

/** The others point at something, so that one sees where they are. */
async function point(): Promise<void> {
  for (const [i, { page }] of others.entries()) {
    const { x, y } = await onSheet(page, { x: 560 + 560 * i, y: 690 + 60 * i });
    await page.mouse.move(x - 4, y);
    await page.mouse.move(x, y);
  }
}

async function groundOf(page: Page): Promise<string> {
  return page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue("--ground").trim());
}

/** The colours in the four corners of the canvas, as far as there is one. */
async function cornersOf(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>("canvas.layer");
    const ctx = canvas?.getContext("2d") ?? null;
    if (canvas === null || ctx === null) return [];
    const colour = (x: number, y: number): string => {
      const [red = 0, green = 0, blue = 0] = ctx.getImageData(x, y, 1, 1).data;
      return `#${((red << 16) | (green << 8) | blue).toString(16).padStart(6, "0")}`;
    };
    const right = canvas.width - 1;
    const bottom = canvas.height - 1;
    return [colour(0, 0), colour(right, 0), colour(0, bottom), colour(right, bottom)];
  });
}

/** Looks at what is shown in both themes. */
async function picture(page: Page, name: string, screen: ScreenName, lang: Language): Promise<void> {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect.soft(over, `${name} is wider than the screen`).toBeLessThanOrEqual(0);
  await expect(page.locator(".status.connecting, .status.saving"), `${name} is still under way`).toHaveCount(0);
  // A 4K picture without losses takes a second to be written, and is looked at in small.
  const { ending, ...file } = screen === "wall" ? ({ ending: "jpg", type: "jpeg", quality: 85 } as const) : ({ ending: "png", type: "png" } as const);
  for (const theme of ["dark", "light"] as const) {
    const before = await groundOf(page);
    await page.emulateMedia({ colorScheme: theme });
    await expect(page.locator("html")).toHaveAttribute("data-theme", theme);
    // The canvas takes the theme over tile by tile, from the next frame on; after a zoom a little later.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    if ((await groundOf(page)) !== before) await expect.poll(() => cornersOf(page), "the ground of the theme before").not.toContain(before);
    looks++;
    if (FOLDER !== undefined) await page.screenshot({ ...file, path: join(FOLDER, `${name}-${SCREENS[screen].width}-${lang}-${theme}.${ending}`) });
  }
}

async function all(sights: readonly Sight[], page: Page, screen: ScreenName, lang: Language): Promise<void> {
  for (const { name, show, leave } of sights) {
    await test.step(name, async () => {
      await show(page);
      await picture(page, name, screen, lang);
      await (leave?.(page) ?? page.keyboard.press("Escape"));
    });
  }
}

/** The tools at the other side, as long as the picture takes. */
async function leftHanded(page: Page, lang: Language): Promise<void> {
  for (const hand of ["left", "right"]) {
    await page.locator(".to-settings").click();
    await page.locator(`.settings-dialog input[value=${hand}]`).check();
    // Not by a key: then the button that opened it would have a ring.
    await page.locator(".dialog-head button").click();
    await expect(page.locator("[role=dialog]")).toHaveCount(0);
    if (hand === "left") await picture(page, "board-left-handed", "laptop", lang);
  }
}

/** Three hands at once at a panel, as long as the picture takes. */
async function handsWrite(page: Page, board: BoardPage, screen: ScreenName, lang: Language): Promise<void> {
  const places = [0.04, 0.36, 0.68].map((x) => board.area(x, 0.3, 0.28, 0.3));
  const hands = (await Promise.all(places)).map((place, i) => fitInto(handwriting(["光", "と", "音"][i] ?? "", 61 + i, { rate: 40 }), place));
  const touches = board.touches();
  const most = Math.max(...hands.map((strokes) => strokes.length));
  for (let stroke = 0; stroke < most; stroke++) {
    const paths = hands.flatMap((strokes) => strokes.slice(stroke, stroke + 1));
    const steps = Math.max(...paths.map((path) => path.length));
    const at = (step: number): Point[] => paths.map((path) => path[Math.min(step, path.length - 1)]).filter((point) => point !== undefined);
    await touches.down(at(0));
    // Everybody's last stroke but one is on its way while the picture is taken.
    const shown = stroke === 3;
    for (let step = 1; step < steps; step++) {
      await touches.move(at(step));
      if (shown && step === Math.ceil(steps / 2)) await picture(page, "kiosk-hands", screen, lang);
    }
    await touches.up();
  }
}

/** A tick beside the ear, in one stroke. */
async function tick(page: Page): Promise<Point[]> {
  const corners = [[0, 0], [22, 30], [84, -52]] as const;
  const places = await Promise.all(corners.map(([x, y]) => onSheet(page, { x: ON_SHEET.free.x + x, y: ON_SHEET.free.y + y })));
  return places.flatMap((to, i) => {
    const from = places[i - 1] ?? to;
    return [0.25, 0.5, 0.75, 1].map((part) => ({ x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part }));
  });
}

/** The lesson, with everything on it and the others' pointers. */
async function lesson(screen: ScreenName, lang: Language): Promise<BoardPage> {
  const board = await people.join({ screen, lang });
  await agreed([board]);
  await point();
  await board.page.locator(".cursor").nth(1).waitFor({ state: "attached" });
  return board;
}

for (const screen of ["wall", "laptop", "phone"] as const) {
  for (const lang of LANGUAGES) {
    const title = (area: string): string => `${area}, ${screen}, ${lang}`;
    const tried = ALL || TRIED.includes(`${screen}, ${lang}`);

    if (tried) test(title("the front door"), async () => {
      test.setTimeout(120_000);
      const page = await people.page(screen);
      await page.goto(`${server.url}/?lang=${lang}`);
      await page.locator(".door-start").waitFor();
      await page.locator(".door-scan").waitFor();
      await all(AT_DOOR, page, screen, lang);
      await page.goto(`${server.url}/b/${people.board.slice(0, 9)}?lang=${lang}`);
      await page.getByRole("alert").waitFor();
      await picture(page, "unknown", screen, lang);
      await page.goto(`${server.url}/?lang=${lang}`);
      await page.locator(".door-start").click();
      const empty = await BoardPage.of(page);
      await expect(page.locator(".status.saved")).toBeVisible();
      await picture(page, "board-empty", screen, lang);
      await page.goto(people.address({ lang }));
      await empty.open();
      await agreed([empty]);
      await page.locator(".home").click();
      await page.locator(".recent img").first().waitFor();
      await all(AT_DOOR_WITH_BOARDS, page, screen, lang);
      await page.clock.install();
      await page.reload();
      await page.locator(".recent img").first().waitFor();
      // As if another worker had taken over, and nobody had touched anything for a while.
      await page.evaluate(() => {
        for (let i = 0; i < 2; i++) navigator.serviceWorker.dispatchEvent(new Event("controllerchange"));
      });
      await page.clock.fastForward(9000);
      await page.locator(".update").waitFor();
      await picture(page, "door-new-version", screen, lang);
      await page.locator(".update-close").click();
      await page.mouse.move(0, 0);
      await server.kill();
      await page.clock.fastForward(60_000);
      await page.locator(".door-offline").waitFor({ timeout: 30_000 });
      await picture(page, "door-offline", screen, lang);
      await server.up();
      await page.context().close();
    });

    if (tried) test(title("the board and its tools"), async () => {
      test.setTimeout(120_000);
      const board = await lesson(screen, lang);
      await all(ON_BOARD, board.page, screen, lang);
      await board.page.emulateMedia({ contrast: "more" });
      await picture(board.page, "board-contrast", screen, lang);
      await board.page.emulateMedia({ contrast: "no-preference" });
      if (screen === "laptop") await leftHanded(board.page, lang);
      await agreed([board, ...others], 30_000);
      await server.kill();
      await board.write([await tick(board.page)]);
      await board.page.locator(".status.kept").waitFor({ timeout: 30_000 });
      await picture(board.page, "board-offline", screen, lang);
      await server.up();
      await agreed([board, ...others], 60_000);
      await board.page.keyboard.press("Control+z");
      await agreed([board, ...others]);
      await board.page.context().close();
    });

    if (tried) test(title("what is opened over the board"), async () => {
      test.setTimeout(120_000);
      const board = await lesson(screen, lang);
      await all(OVER_BOARD, board.page, screen, lang);
      await board.page.context().close();
    });

    if (tried) test(title("a panel"), async () => {
      test.setTimeout(120_000);
      const page = await people.page(screen);
      await page.clock.install();
      await page.goto(`${server.url}/kiosk?lang=${lang}&rest=1`);
      await page.locator(".idle-join .digits").waitFor();
      await all(AT_IDLE, page, screen, lang);
      await page.locator(".idle-start").click();
      const written = await BoardPage.of(page);
      // A thick pen, as one takes it for a class to read; the mouse is faster than a hand, so its ink is thinner.
      await page.locator(".choices[data-count='4'] .choice").nth(screen === "wall" ? 2 : 3).click();
      if (screen === "wall") await handsWrite(page, written, screen, lang);
      else await written.write(fitInto(handwriting("光と音", 61, { rate: 30 }), await written.area(0.2, 0.35, 0.6, 0.3)));
      await all(ON_PANEL, page, screen, lang);
      await page.clock.runFor("01:10");
      await page.locator(".kiosk-countdown").waitFor();
      // A minute in which no answer came is an outage; the connection is back at once.
      await page.locator(".status.saved").waitFor();
      await picture(page, "kiosk-rest", screen, lang);
      await page.locator("[role=dialog] .dialog-actions button").first().click();
      await page.locator(".idle-closed").waitFor();
      await page.mouse.move(0, 0);
      await picture(page, "kiosk-idle-again", screen, lang);
      await server.kill();
      await page.clock.fastForward(60_000);
      await page.locator(".door-offline").waitFor({ timeout: 30_000 });
      await picture(page, "kiosk-offline", screen, lang);
      await server.up();
      await page.context().close();
    });

    if (tried) test(title("panels as devices"), async () => {
      test.setTimeout(120_000);
      const own = await Server.start();
      const page = await people.page(screen);
      const device = await people.page(screen);
      const seen = (name: string, by = page): Promise<void> => picture(by, name, screen, lang);
      await page.goto(await setUpLink(own, lang));
      await page.locator("input[type=password]").waitFor();
      const [, name, login, password] = await page.locator("input").all();
      await name?.fill("森 葵");
      await login?.fill("aoi.mori");
      await password?.fill(PASSWORD);
      await page.keyboard.press("Enter");
      await page.locator(".audit li").first().waitFor();
      await page.goto(`${own.url}/panels?lang=${lang}`);
      await page.locator(".people-form").waitFor();
      await seen("panels-none");
      await device.goto(`${own.url}/kiosk?lang=${lang}&pair`);
      await device.locator(".panel-settings button").click();
      await expect(device.locator(".pairing-code")).toHaveText(/^\d{4}-\d{4}$/);
      await device.locator(".idle-join .digits").waitFor();
      await seen("panel-pairing-code", device);
      await page.locator(".people-form input").fill(await device.locator(".pairing-code").innerText());
      await page.keyboard.press("Enter");
      await page.locator(".panel-place").waitFor();
      const place = lang === "ja" ? ["3年2組の黒板", "勝本小学校", "3年2組"] : ["Panel 3-2", "Katsumoto School", "Classroom 3-2"];
      for (const [number, text] of place.entries()) await page.locator(".panel-place input").nth(number).fill(text);
      await page.locator(".panel-place").scrollIntoViewIfNeeded();
      await seen("panels-approve");
      await page.keyboard.press("Enter");
      await device.locator(".panel-name").waitFor();
      await seen("panel-approved", device);
      await device.keyboard.press("Escape");
      await device.locator(".idle-start").click();
      const written = await BoardPage.of(device);
      await written.write(fitInto(handwriting("水", 61, { rate: 30 }), await written.area(0.35, 0.3, 0.3, 0.4)));
      await device.locator(".status.saved").waitFor();
      await device.locator(".to-settings").first().click();
      await device.locator(".panel-settings").scrollIntoViewIfNeeded();
      await seen("panel-settings", device);

      const [, site = ""] = place;
      const others = [
        { name: "音楽室", site, room: lang === "ja" ? "音楽室" : "Music", browser: "Chromium 88, Android", version: "Bq7dK2xA", round_trip_ms: 874, unsent: 23 },
        { name: "壱岐 会議室", site: lang === "ja" ? "壱岐市役所" : "Iki city hall", room: "2F", browser: "Edge 140, Windows", version: "Bq7dK2xA" },
      ];
      for (const state of others) await addPanel(page, own.url, state);
      await page.reload();
      await page.locator(".panel-item").nth(2).waitFor();
      await seen("panels");
      const first = page.locator(".panel-item").filter({ hasText: place[0] ?? "" });
      await first.locator(".people-acts button").first().click();
      await first.locator(".panel-more li button").last().click();
      await first.scrollIntoViewIfNeeded();
      await seen("panels-begun");
      await first.locator(".people-acts button").nth(1).click();
      await first.locator(".panel-place").waitFor();
      await first.locator(".panel-place").scrollIntoViewIfNeeded();
      await seen("panels-move");
      await first.locator(".people-acts .danger").first().click();
      await page.locator("[role=dialog]").waitFor();
      await seen("panels-revoke");
      await page.keyboard.press("Escape");

      // One that is over, one that is on, with a host there, and one that comes.
      const [, , room = ""] = place;
      const plan = async (title: string, minutes: number): Promise<string> => {
        const [date = "", time = ""] = new Date(Date.now() + minutes * 60_000).toISOString().split("T");
        const data = { title, date, start: time.slice(0, 5), minutes: 20, zone: "UTC", rooms: [{ site, room }] };
        const made = await page.request.post(`${own.url}/api/v1/timetable`, { data });
        expect(made.status()).toBe(201);
        return ((await made.json()) as { board: string }).board;
      };
      const titles = lang === "ja" ? ["朝の会", "英語：大村小学校との合同授業", "職員会議"] : ["Morning talk", "English with the school in Omura", "Staff meeting"];
      await plan(titles[0] ?? "", -25);
      const board = await plan(titles[1] ?? "", -4);
      await plan(titles[2] ?? "", 40);
      const host = await page.context().newPage();
      await host.goto(`${own.url}/b/${board}?lang=${lang}`);
      await BoardPage.of(host);
      await host.locator(".to-meeting").click();
      await host.locator(".session-head .primary").click();
      await host.locator(".session-head[data-on]").waitFor();
      await host.locator(".status.saved").waitFor();
      await device.goto(`${own.url}/kiosk?lang=${lang}`);
      await device.locator(".kiosk-bar-end").click();
      await device.locator("[role=dialog] .dialog-actions button").last().click();
      await device.locator("[data-standing=live] button").waitFor();
      await device.mouse.move(0, 0);
      await device.locator(".idle-join .digits").waitFor();
      await seen("panel-todays", device);
      await page.goto(`${own.url}/?lang=${lang}`);
      await page.locator(".todays-door .standing[data-standing=live]").scrollIntoViewIfNeeded();
      await seen("door-today");
      await page.goto(`${own.url}/timetable?lang=${lang}`);
      await page.locator(".week-item[data-standing=live] .icon-button").click();
      await page.locator(".week-more").waitFor();
      await seen("timetable");
      await page.locator(".week-day ~ .people-acts button").click();
      await page.locator(".people-card > .people-form input[type=radio]").nth(1).check();
      await page.locator(".people-card > .people-form").scrollIntoViewIfNeeded();
      await seen("timetable-form");
      await device.context().close();
      await page.context().close();
      await own.remove();
    });

    // In the language whose words are tight.
    if (lang === "ja")
      test(title("a session"), async () => {
        test.setTimeout(120_000);
        const page = await people.page(screen);
        await page.goto(`${server.url}/?lang=${lang}`);
        await page.locator(".door-start").click();
        const host = await BoardPage.of(page);
        const pupil = await people.page();
        await pupil.goto(page.url());
        const follower = await BoardPage.of(pupil);
        await host.write(fitInto(handwriting("光と音", 61, { rate: 30 }), await host.area(0.2, 0.3, 0.6, 0.4)));
        await page.locator(".to-meeting").click();
        await page.locator(".session-head .primary").click();
        const part = (number: number): Promise<void> => page.getByRole("tab").nth(number).click();
        await part(3);
        await page.locator(".timer-choices button").last().click();
        await page.locator(".talk-acts .primary").click();
        await pupil.locator(".spotlight-bar").waitFor();
        await expect(page.locator(".toast")).toHaveCount(0);
        await picture(page, "session-lead", screen, lang);
        await follower.surface.focus();
        for (let i = 0; i < 8; i++) await pupil.keyboard.press("+");
        await part(4);
        await page.locator(".screen .in-step").waitFor();
        await picture(page, "session-screens", screen, lang);
        await page.locator(".meeting-head .icon-button").click();
        await page.locator(".overview").click();
        await page.locator(".desk-pages .page-new").click();
        await page.locator(".own-page-word").waitFor();
        await picture(page, "own-page", screen, lang);
        await pupil.context().close();
        await page.context().close();
      });

    if (tried) test(title("accounts and doors"), async () => {
      test.setTimeout(120_000);
      // Its provider is not asked for a picture of its button.
      const provider = ["--oidc-issuer", "https://login.school.example", "--oidc-client", "kakehashi", "--public-url", "https://board.school.example"];
      const own = await Server.start(undefined, { flags: [...provider, "--oidc-label", lang === "en" ? "School account" : "学校アカウント"] });
      const page = await people.page(screen);
      const other = await people.page(screen);
      const seen = (name: string, by = page): Promise<void> => picture(by, name, screen, lang);
      await page.goto(`${own.url}/account?lang=${lang}`);
      await page.locator(".people-lead").waitFor();
      await seen("account-none-yet");
      await page.goto(await setUpLink(own, lang));
      await page.locator("input[type=password]").waitFor();
      const [, name, login, password] = await page.locator("input").all();
      await name?.fill("森 葵");
      await login?.fill("aoi.mori");
      await password?.fill("short");
      await page.keyboard.press("Enter");
      await page.getByRole("alert").waitFor();
      await seen("set-up");
      await password?.fill(PASSWORD);
      await page.keyboard.press("Enter");
      await page.locator("input[value=accounts]").check();
      await page.locator(".people-order button").click();
      const link = await page.locator(".people-made input").inputValue();
      await page.locator(".audit li").nth(2).waitFor();
      await page.locator(".door-name").scrollIntoViewIfNeeded();
      await seen("administration");
      await page.locator(".audit").scrollIntoViewIfNeeded();
      await seen("administration-log");
      const webhooks = page.locator("section[aria-labelledby=people-webhooks]");
      await webhooks.locator("input").first().fill("https://timetable.school.example/hooks/kakehashi");
      await webhooks.locator("input").nth(1).fill("時間割");
      await webhooks.locator("button[type=submit]").click();
      await webhooks.locator(".people-made").waitFor();
      await webhooks.locator("h2").scrollIntoViewIfNeeded();
      await seen("administration-webhooks");
      await page.goto(`${own.url}/account?lang=${lang}`);
      await page.locator(".people-card form").first().waitFor();
      await seen("account");
      await page.locator(".people-card form").last().locator("input").first().fill("時間割");
      await page.locator(".people-card form").last().locator("button[type=submit]").click();
      await page.locator(".people-made").waitFor();
      await page.mouse.move(0, 0);
      await seen("account-keys");

      await other.goto(`${own.url}/?lang=${lang}`);
      await other.locator(".door-start").click();
      await other.getByRole("alert").waitFor();
      await seen("door-accounts-only", other);
      await other.goto(link.replace("#", `?lang=${lang}#`));
      await other.locator("form").last().waitFor();
      await seen("invited", other);
      await other.goto(`${own.url}/account?lang=${lang}`);
      await other.locator("form").last().waitFor();
      await seen("sign-in", other);

      await page.goto(`${own.url}/?lang=${lang}`);
      await page.locator(".door-start").click();
      await BoardPage.of(page);
      await expect(page.locator(".status.saved")).toBeVisible();
      await page.locator(".board-doings .share").click();
      await page.locator("input[value=closed]").check();
      await page.locator(".share-order button:not([role=switch])").click();
      await page.locator(".share-doors li").waitFor();
      await seen("share-doors");
      await other.goto(page.url());
      await other.locator(".plain-screen").waitFor();
      await seen("not-let-in", other);
      await page.context().close();
      await other.context().close();
      await own.remove();
    });
  }
}
