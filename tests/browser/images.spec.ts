/** Pictures: chosen, dropped, pasted, taken; made fit, refused, and kept while the server is away. */
import type { Locator, Page } from "@playwright/test";
import { deflateSync } from "node:zlib";
import { agreed, type BoardPage, type PlainRecord } from "./support/board-page";
import { expect, test } from "./support/fixtures";
import { appKept } from "./support/kept";

interface Picture extends PlainRecord {
  readonly width: number;
  readonly height: number;
  readonly asset: string;
}

interface File {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

async function pictures(board: BoardPage): Promise<Picture[]> {
  return (await board.records()).filter(({ kind }) => kind === "image") as Picture[];
}

/** A PNG of one colour; `told`: chunks that say more about it. */
function png(width: number, height: number, color: readonly [number, number, number], told: readonly Buffer[] = []): Buffer {
  const row = Buffer.concat([Buffer.from([0]), Buffer.concat(Array.from({ length: width }, () => Buffer.from(color)))]);
  const data = deflateSync(Buffer.concat(Array.from({ length: height }, () => row)));
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]), chunk("IHDR", head), ...told, chunk("IDAT", data), chunk("IEND", Buffer.alloc(0))]);
}

function chunk(name: string, data: Buffer): Buffer {
  const whole = Buffer.alloc(data.length + 12);
  whole.writeUInt32BE(data.length, 0);
  whole.write(name, 4, "latin1");
  data.copy(whole, 8);
  whole.writeInt32BE(crc(whole.subarray(4, data.length + 8)), data.length + 8);
  return whole;
}

function crc(bytes: Buffer): number {
  let value = -1;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  }
  return ~value;
}

/** A photograph of a camera that lay on its side, made by the browser, with where it was taken in it. */
async function photograph(page: Page, width: number, height: number): Promise<Buffer> {
  const data = await page.evaluate(
    ([w, h]) => {
      const canvas = document.createElement("canvas");
      canvas.width = w!;
      canvas.height = h!;
      const ctx = canvas.getContext("2d")!;
      ctx.fillStyle = "#0000ff";
      ctx.fillRect(0, 0, w!, h!);
      ctx.fillStyle = "#ff0000";
      ctx.fillRect(0, 0, w! / 2, h!);
      return canvas.toDataURL("image/jpeg").split(",")[1]!;
    },
    [width, height],
  );
  const jpeg = Buffer.from(data, "base64");
  // Turned by 90 degrees, and a note that could be a place.
  const tiff = Buffer.from([0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0]);
  const exif = Buffer.concat([Buffer.from("Exif\0\0", "latin1"), tiff, Buffer.from("33.74N 129.69E")]);
  const length = exif.length + 2;
  return Buffer.concat([jpeg.subarray(0, 2), Buffer.from([0xff, 0xe1, length >> 8, length & 255]), exif, jpeg.subarray(2)]);
}

async function choose(board: BoardPage, files: readonly File[]): Promise<void> {
  await board.tool("Image");
  const chooser = board.page.waitForEvent("filechooser");
  await board.button("Choose pictures").click();
  await (await chooser).setFiles(files as File[]);
}

/** The bytes of a picture as everybody gets them. */
async function fetched(board: BoardPage, asset: string): Promise<Buffer> {
  const answer = await board.page.request.get(`${new URL(board.page.url()).origin}/api/v1/boards/${board.page.url().split("/b/")[1]!.split("?")[0]}/assets/${asset}`);
  expect(answer.status()).toBe(200);
  return answer.body();
}

/** The colour that the page is painted with at a place, red, green and blue. */
async function colorAt(board: BoardPage, x: number, y: number): Promise<number[]> {
  const at = await board.place(x, y);
  return board.page.evaluate(({ x: left, y: top }) => {
    const canvas = document.querySelector<HTMLCanvasElement>("canvas.layer")!;
    const box = canvas.getBoundingClientRect();
    const ratio = canvas.width / box.width;
    return [...canvas.getContext("2d")!.getImageData(Math.round((left - box.left) * ratio), Math.round((top - box.top) * ratio), 1, 1).data].slice(0, 3);
  }, at);
}

/** Whether the other's screen shows a colour anywhere on the board. */
function shows(board: BoardPage, color: readonly number[]): Promise<boolean> {
  return board.page.evaluate((wanted) => {
    const canvas = document.querySelector<HTMLCanvasElement>(".stage canvas")!;
    const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
    for (let i = 0; i < data.length; i += 4) if (wanted.every((level, j) => Math.abs(data[i + j]! - level) < 4)) return true;
    return false;
  }, color);
}

const GREEN = [10, 160, 60] as const;

/** The colour in the middle of a canvas. */
function middleOf(canvas: Locator): Promise<number[]> {
  return canvas.evaluate((element) => {
    const { width, height } = element as HTMLCanvasElement;
    return [...(element as HTMLCanvasElement).getContext("2d")!.getImageData(width / 2, height / 2, 1, 1).data.slice(0, 3)];
  });
}

test("several files at once: in sight, selected, the same for others, and without what they told", async ({ people }) => {
  const one = await people.join();
  const two = await people.join({ screen: "phone" });
  const told = chunk("tEXt", Buffer.from("Location\0Iki"));
  await choose(one, [
    { name: "a.png", mimeType: "image/png", buffer: png(300, 200, GREEN, [told]) },
    // A wrong name and type: what counts is what is in it.
    { name: "b.txt", mimeType: "text/plain", buffer: png(4000, 100, [200, 0, 0]) },
  ]);
  await expect.poll(async () => (await pictures(two)).length).toBe(2);
  await agreed([one, two]);
  const [small, wide] = await pictures(two);
  expect([small!.width, small!.height]).toEqual([300, 200]);
  expect(wide!.width / wide!.height).toBeCloseTo(40, 0);
  expect(wide!.width).toBeLessThan(1920);
  await expect(one.button("Select")).toHaveAttribute("aria-pressed", "true");
  await expect.poll(() => shows(two, GREEN)).toBe(true);
  const kept = await fetched(two, small!.asset);
  expect(kept.includes("Location")).toBe(false);
  expect(kept.equals(png(300, 200, GREEN))).toBe(true);
  await one.button("Undo").click();
  await agreed([one, two]);
  expect(await pictures(two)).toHaveLength(0);
});

test("a large photograph is turned as it says, made smaller, and does not tell where it was taken", async ({ people }) => {
  const one = await people.join();
  const photo = await photograph(one.page, 3200, 1600);
  await choose(one, [{ name: "photo.jpg", mimeType: "image/jpeg", buffer: photo }]);
  await expect.poll(async () => (await pictures(one)).length).toBe(1);
  await agreed([one]);
  await expect(one.statusLine).toHaveText("All saved");
  const [picture] = await pictures(one);
  expect(picture!.height / picture!.width).toBeCloseTo(2, 2);
  const kept = await fetched(one, picture!.asset);
  expect(kept.includes("129.69E")).toBe(false);
  expect(kept.length).toBeLessThan(photo.length);
  // Turned clockwise by a quarter, what was at the left is above.
  await expect.poll(async () => (await colorAt(one, 0.5, 0.35))[0]).toBeGreaterThan(200);
  await expect.poll(async () => (await colorAt(one, 0.5, 0.65))[2]).toBeGreaterThan(200);
});

test("what cannot be taken gets a sentence, and nothing of it is decoded or sent", async ({ people }) => {
  const one = await people.join();
  const asked: string[] = [];
  one.page.on("request", (request) => {
    if (request.method() === "POST") asked.push(request.url());
  });
  const bomb = png(1, 1, GREEN);
  bomb.writeUInt32BE(60_000, 16);
  bomb.writeUInt32BE(60_000, 20);
  bomb.writeInt32BE(crc(bomb.subarray(12, 29)), 29);
  const cases: readonly [string, Buffer, RegExp][] = [
    ["bomb.png", bomb, /too many pixels/],
    ["page.png", Buffer.from("<html><script>alert(1)</script></html>"), /not a picture/],
    ["photo.heic", Buffer.from("\0\0\0\x18ftypheic\0\0\0\0", "latin1"), /HEIC/],
    ["broken.png", Buffer.concat([png(40, 40, GREEN).subarray(0, 33), Buffer.alloc(60, 0xff)]), /damaged/],
    ["lol.svg", Buffer.from('<!DOCTYPE svg [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg"><text>&c;</text></svg>'), /SVG/],
  ];
  for (const [name, buffer, sentence] of cases) {
    await choose(one, [{ name, mimeType: "image/png", buffer }]);
    const alert = one.page.getByRole("alert").filter({ hasText: sentence });
    await expect(alert).toBeVisible();
    await alert.getByRole("button").click();
  }
  expect(await one.records()).toHaveLength(0);
  expect(asked).toEqual([]);
});

test("a drawing in SVG becomes pixels; nothing in it runs or loads", async ({ people }) => {
  const one = await people.join();
  const outside: string[] = [];
  one.page.on("request", (request) => {
    if (request.url().includes("elsewhere")) outside.push(request.url());
  });
  one.page.on("dialog", (dialog) => {
    outside.push(dialog.message());
    void dialog.dismiss();
  });
  const uses = Array.from({ length: 24 }, (_, i) => `<g id="g${i + 1}"><use href="#g${i}"/><use href="#g${i}"/></g>`).join("");
  const drawing = (inner: string): Buffer =>
    Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 400 200" onload="alert(1)">${inner}</svg>`);
  await choose(one, [
    {
      name: "a.svg",
      mimeType: "image/svg+xml",
      buffer: drawing(`
        <style>@import url(https://elsewhere.example/a.css); rect { fill: url(https://elsewhere.example/b.svg#c) }</style>
        <script>alert(2)</script><script xlink:href="https://elsewhere.example/d.js"/>
        <image xlink:href="https://elsewhere.example/e.png" width="9" height="9"/>
        <foreignObject width="90" height="90"><body xmlns="http://www.w3.org/1999/xhtml"><img src="https://elsewhere.example/f.png" onerror="alert(3)"/></body></foreignObject>
        <a href="javascript:alert(4)"><rect width="400" height="200" fill="#0aa03c"/></a>`),
    },
    // Doubled twenty-four times, it would be sixteen million elements.
    { name: "b.svg", mimeType: "image/svg+xml", buffer: drawing(`<g id="g0"><rect width="1" height="1"/></g>${uses}<use href="#g24"/>`) },
  ]);
  await expect.poll(async () => (await pictures(one)).length).toBe(1);
  await expect(one.page.getByRole("alert").filter({ hasText: "SVG" })).toBeVisible();
  await agreed([one]);
  const [picture] = await pictures(one);
  expect(picture!.width / picture!.height).toBeCloseTo(2, 1);
  await expect(one.statusLine).toHaveText("All saved");
  const kept = await fetched(one, picture!.asset);
  expect(kept.subarray(1, 4).toString()).toBe("PNG");
  await expect.poll(() => colorAt(one, 0.5, 0.5)).toEqual([...GREEN]);
  expect(outside).toEqual([]);
});

test("while the server is away a picture stands on the board, outlives the tab, and is brought when it is back", async ({ people, server }) => {
  const one = await people.join();
  const two = await people.join();
  await server.kill();
  await choose(one, [{ name: "a.png", mimeType: "image/png", buffer: png(600, 400, GREEN) }]);
  await expect.poll(() => colorAt(one, 0.5, 0.5)).toEqual([...GREEN]);
  await expect(one.statusLine).not.toHaveText("All saved");
  // What small pictures of the page show of it comes from here as well.
  await one.button("All pages").click();
  await expect.poll(() => middleOf(one.page.locator("[data-card] canvas"))).toEqual([...GREEN]);
  const context = one.page.context();
  await one.page.close();
  await server.up();
  const back = await people.joinIn(context);
  await agreed([back, two], 30_000);
  const [picture] = await pictures(two);
  await expect(back.statusLine).toHaveText("All saved");
  expect((await fetched(two, picture!.asset)).equals(png(600, 400, GREEN))).toBe(true);
  // Whoever asked for it too early gets it in the end.
  await expect.poll(() => colorAt(two, 0.5, 0.5), { timeout: 20_000 }).toEqual([...GREEN]);
});

for (const place of ["the front door", "another board"]) {
  test(`a picture that waits on the device goes up from ${place}, without its board being opened`, async ({ people, server }) => {
    const { board: elsewhere } = await server.startBoard();
    const one = await people.join();
    await appKept(one.page);
    await server.kill();
    await choose(one, [{ name: "a.png", mimeType: "image/png", buffer: png(600, 400, GREEN) }]);
    await expect.poll(() => colorAt(one, 0.5, 0.5)).toEqual([...GREEN]);
    const [picture] = await pictures(one);
    await one.page.getByRole("link", { name: "Back to the front page" }).click();
    await expect(one.page.getByRole("button", { name: "Start a board" })).toBeVisible();
    if (place === "another board") await one.page.goto(`${server.url}/b/${elsewhere}`);
    await server.up();
    const address = `${server.url}/api/v1/boards/${people.board}/assets/${picture!.asset}`;
    await expect.poll(async () => (await fetch(address)).status, { timeout: 40_000 }).toBe(200);
  });
}

test("a file dropped beside the sheet is not opened in place of the board", async ({ people }) => {
  const board = await people.join();
  const opened = await board.page.evaluate(() => {
    const carried = new DataTransfer();
    carried.items.add(new File(["x"], "a.bin"));
    return document.querySelector(".board-head")?.dispatchEvent(new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true }));
  });
  expect(opened).toBe(false);
});

test("what is dropped: files become pictures, HTML its text, and nothing is fetched from elsewhere", async ({ people }) => {
  const one = await people.join();
  const outside: string[] = [];
  one.page.on("request", (request) => {
    if (request.url().includes("elsewhere")) outside.push(request.url());
  });
  const drop = async (data: { html?: string; plain?: string; file?: string }, x: number, y: number): Promise<void> => {
    const at = await one.place(x, y);
    await one.page.evaluate(
      ([given, place]) => {
        const transfer = new DataTransfer();
        const { html, plain, file } = given as { html?: string; plain?: string; file?: string };
        if (html !== undefined) transfer.setData("text/html", html);
        if (plain !== undefined) transfer.setData("text/plain", plain);
        if (file !== undefined) transfer.items.add(new File([Uint8Array.from(atob(file), (letter) => letter.charCodeAt(0))], "x.png"));
        const { x: clientX, y: clientY } = place as { x: number; y: number };
        const surface = document.querySelector(".surface")!;
        for (const type of ["dragover", "drop"]) {
          surface.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, clientX, clientY, bubbles: true, cancelable: true }));
        }
      },
      [data, at] as const,
    );
  };
  await drop({ file: png(200, 100, GREEN).toString("base64") }, 0.25, 0.3);
  await expect.poll(async () => (await pictures(one)).length).toBe(1);
  await expect.poll(() => colorAt(one, 0.25, 0.3)).toEqual([...GREEN]);
  await drop(
    { html: '<p>架け橋</p><script>document.title = "run"</script><ul><li>one<li>two</ul><img src="https://elsewhere.example/a.png" onerror="document.title = \'run\'">' },
    0.2,
    0.7,
  );
  await expect.poll(() => one.texts()).toEqual(["架け橋\n\none\n\ntwo"]);
  await drop({ html: `<p>look</p><img src="data:image/png;base64,${png(50, 50, GREEN).toString("base64")}">` }, 0.75, 0.3);
  await expect.poll(async () => (await pictures(one)).length).toBe(2);
  await agreed([one]);
  expect(outside).toEqual([]);
  expect(await one.page.title()).not.toBe("run");
});

test("the camera: a look through it, take, again, use; the camera is off afterwards", async ({ people }) => {
  const one = await people.join();
  const two = await people.join();
  await one.page.evaluate(() => {
    const { mediaDevices } = navigator;
    const original = mediaDevices.getUserMedia.bind(mediaDevices);
    const opened: MediaStream[] = [];
    (window as unknown as { opened: MediaStream[] }).opened = opened;
    mediaDevices.getUserMedia = async (wanted) => {
      const stream = await original(wanted);
      opened.push(stream);
      return stream;
    };
  });
  await one.tool("Image");
  await one.button("Camera").click();
  const dialog = one.page.getByRole("dialog", { name: "Camera" });
  await dialog.getByRole("button", { name: "Take the picture" }).click();
  await expect(dialog.getByRole("img")).toBeVisible();
  await dialog.getByRole("button", { name: "Again" }).click();
  await dialog.getByRole("button", { name: "Take the picture" }).click();
  await dialog.getByRole("button", { name: "Use" }).click();
  await expect(dialog).toHaveCount(0);
  await expect.poll(async () => (await pictures(two)).length).toBe(1);
  const running = (): Promise<boolean[]> =>
    one.page.evaluate(() => (window as unknown as { opened: MediaStream[] }).opened.map((stream) => stream.getTracks().some((track) => track.readyState === "live")));
  expect((await running()).length).toBeGreaterThan(0);
  expect((await running()).every((live) => !live)).toBe(true);
  await agreed([one, two]);
  // Escape leaves it, and the focus goes back.
  await one.tool("Image");
  await one.button("Camera").click();
  await one.page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(one.button("Camera")).toBeFocused();
});

test("where there is no camera for the page, the device is asked for a picture; a camera that is refused gets a sentence", async ({ people }) => {
  const one = await people.join();
  await one.page.evaluate(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("no", "NotAllowedError"));
  });
  await one.tool("Image");
  await one.button("Camera").click();
  await expect(one.page.getByRole("alert")).toContainText("camera");
  await one.page.evaluate(() => Object.defineProperty(navigator, "mediaDevices", { value: undefined }));
  const chooser = one.page.waitForEvent("filechooser");
  await one.button("Camera").click();
  await (await chooser).setFiles([{ name: "a.png", mimeType: "image/png", buffer: png(40, 30, GREEN) }]);
  await expect.poll(async () => (await pictures(one)).length).toBe(1);
});

test("pasted HTML: only its text, and pictures that it carries; nothing of it runs or is fetched", async ({ people }) => {
  const one = await people.join();
  const outside: string[] = [];
  one.page.on("request", (request) => {
    if (request.url().includes("elsewhere")) outside.push(request.url());
  });
  const paste = (html: string): Promise<void> =>
    one.page.evaluate((given) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/html", given);
      const surface = document.querySelector<HTMLElement>(".surface")!;
      surface.focus();
      surface.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    }, html);
  await paste('<style>@import "https://elsewhere.example/a.css"</style><b onclick="x()">重要</b> <img src="https://elsewhere.example/b.png" onerror="document.title=\'run\'"><script>document.title="run"</script>');
  await expect.poll(() => one.texts()).toEqual(["重要"]);
  await paste(`<img src="data:image/png;base64,${png(50, 50, GREEN).toString("base64")}"><img src="data:image/svg+xml,<svg onload='alert(1)'/>">`);
  await expect.poll(async () => (await pictures(one)).length).toBe(1);
  await agreed([one]);
  expect(await one.texts()).toEqual(["重要"]);
  expect(outside).toEqual([]);
  expect(await one.page.title()).not.toBe("run");
});
