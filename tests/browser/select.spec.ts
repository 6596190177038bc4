/** The Select tool with mouse, fingers and keys: each action, what others see of it, and taking it back in one step. */
import { violations } from "./support/axe";
import { agreed, BoardPage } from "./support/board-page";
import { expect, test } from "./support/fixtures";
import type { Point } from "./support/ink.mjs";

type Share = readonly [number, number];
type Thing = Record<string, unknown> & { readonly id: string; readonly kind: string; readonly x: number; readonly y: number };

async function things(board: BoardPage): Promise<Thing[]> {
  return (await board.records()) as unknown as Thing[];
}

/** All of the page but who made it and whether it is saved. */
async function content(board: BoardPage): Promise<unknown[]> {
  return (await things(board)).map(({ id: _id, author: _author, unsaved: _unsaved, ...rest }) => rest);
}

async function dragShare(board: BoardPage, from: Share, to: Share): Promise<void> {
  await board.drag(await board.place(...from), await board.place(...to));
}

async function wave(board: BoardPage, at: Share, width: number): Promise<void> {
  const start = await board.place(...at);
  const end = await board.place(at[0] + width, at[1]);
  const path = Array.from({ length: 25 }, (_, i): Point => ({ x: start.x + ((end.x - start.x) * i) / 24, y: start.y + 20 * Math.sin(i / 2) }));
  await board.mouse().stroke(path);
  await board.frames();
}

/** Ink, a box and a note with words, apart from one another; Select is chosen then, and nothing selected. */
async function page(board: BoardPage): Promise<{ stroke: string; box: string; note: string }> {
  await board.tool("Pen");
  await wave(board, [0.3, 0.3], 0.15);
  await board.tool("Shape");
  await dragShare(board, [0.55, 0.25], [0.7, 0.4]);
  await board.tool("Note");
  await board.click(await board.place(0.6, 0.6));
  await board.page.keyboard.type("gym");
  await board.page.keyboard.press("Escape");
  await board.tool("Select");
  await board.page.keyboard.press("Escape");
  await expect(board.page.locator(".handle:visible")).toHaveCount(0);
  const all = await things(board);
  const of = (kind: string): string => all.find((thing) => thing.kind === kind)?.id ?? "";
  return { stroke: of("stroke"), box: of("rectangle"), note: of("note") };
}

async function thing(board: BoardPage, id: string): Promise<Thing> {
  const found = (await things(board)).find((other) => other.id === id);
  if (found === undefined) throw new Error(`${id} is not there`);
  return found;
}

/** On the box, where the bar of what lies below it does not reach. */
const BOX_EDGE: Share = [0.55, 0.28];

/** The middle of the handle that lies farthest that way. */
async function handle(board: BoardPage, x: -1 | 0 | 1, y: -1 | 0 | 1): Promise<Point> {
  const boxes = await board.page.locator(".handle.size:visible").evaluateAll((all) =>
    all.map((element) => {
      const box = element.getBoundingClientRect();
      return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
    }),
  );
  const middle = { x: (Math.min(...boxes.map((b) => b.x)) + Math.max(...boxes.map((b) => b.x))) / 2, y: (Math.min(...boxes.map((b) => b.y)) + Math.max(...boxes.map((b) => b.y))) / 2 };
  const side = (value: number, at: number): number => (Math.abs(value - at) < 3 ? 0 : Math.sign(value - at));
  const found = boxes.find((box) => side(box.x, middle.x) === x && side(box.y, middle.y) === y);
  if (found === undefined) throw new Error(`there is no handle at ${x} ${y}`);
  return found;
}

test("a tap, shift, a box and a lasso choose", async ({ people }) => {
  const one = await people.join();
  await page(one);
  const chosen = one.page.locator(".selection-layer .handle:visible");
  const bar = one.page.getByRole("toolbar", { name: "Selection" });
  await one.click(await one.place(...BOX_EDGE));
  await expect(chosen).toHaveCount(9);
  await expect(bar).toBeVisible();
  // A click within the empty box means nothing: it is not filled.
  await one.click(await one.place(0.9, 0.9));
  await expect(chosen).toHaveCount(0);
  await expect(bar).toHaveCount(0);
  await one.click(await one.place(0.6, 0.6));
  await one.page.keyboard.down("Shift");
  await one.click(await one.place(...BOX_EDGE));
  await one.page.keyboard.up("Shift");
  const said = one.page.locator(".unseen [aria-live]");
  await expect(said).toHaveText("2 things selected");
  await one.page.keyboard.down("Shift");
  await one.click(await one.place(...BOX_EDGE));
  await one.page.keyboard.up("Shift");
  await expect(said).toHaveText(/^Note: gym, \d of 3$/);
  await dragShare(one, [0.25, 0.15], [0.75, 0.5]);
  await expect(said).toHaveText("2 things selected");
  await one.button("Lasso").click();
  const loop: Share[] = [[0.27, 0.2], [0.48, 0.2], [0.5, 0.42], [0.26, 0.42]];
  await one.mouse().stroke(await Promise.all([...loop, loop[0] as Share].flatMap((at, i) => {
    const from = loop[Math.max(0, i - 1)] as Share;
    return [0.25, 0.5, 0.75, 1].map((share) => one.place(from[0] + (at[0] - from[0]) * share, from[1] + (at[1] - from[1]) * share));
  })));
  await expect(said).toHaveText("Handwriting by you, black, 1 of 3");
});

test("what is dragged is seen by the others on the way, written once, and taken back in one step", async ({ people }) => {
  const one = await people.join();
  const two = await people.join();
  const { stroke, box, note } = await page(one);
  await agreed([one, two]);
  const before = await content(one);
  const marked = two.page.locator(".frame.others");
  await one.click(await one.place(...BOX_EDGE));
  await expect(marked).toBeVisible();
  const seen = (await marked.boundingBox())!;
  // Resized by its corner: the other sees it grow while nothing is written yet.
  const corner = await handle(one, 1, 1);
  await one.page.mouse.move(corner.x, corner.y);
  await one.page.mouse.down();
  await one.page.mouse.move(corner.x + 80, corner.y + 50, { steps: 6 });
  await expect.poll(async () => (await marked.boundingBox())!.width).toBeGreaterThan(seen.width + 60);
  expect(await content(two)).toEqual(before);
  await one.page.mouse.up();
  await agreed([one, two]);
  const resized = await thing(two, box);
  const was = before[1] as Thing;
  expect(resized["width"]).toBeGreaterThan((was["width"] as number) + 80);
  expect([resized.x, resized.y]).toEqual([was.x, was.y]);
  await one.button("Undo").click();
  await agreed([one, two]);
  expect(await content(two)).toEqual(before);
  // Turned together, by steps with shift.
  await one.page.keyboard.press("Control+a");
  // The frame goes around all three before its handle is taken.
  await expect.poll(async () => (await one.page.locator(".frame.selection").boundingBox())!.width).toBeGreaterThan(seen.width + 20);
  await one.frames();
  const turn = (await one.page.locator(".handle.turn").boundingBox())!;
  const at = { x: turn.x + turn.width / 2, y: turn.y + turn.height / 2 };
  await one.page.keyboard.down("Shift");
  await one.drag(at, { x: at.x + 200, y: at.y + 90 });
  await one.page.keyboard.up("Shift");
  await agreed([one, two]);
  const turned = await Promise.all([stroke, box, note].map((id) => thing(two, id)));
  const rotation = turned[0]?.["rotation"] as number;
  expect(rotation).toBeGreaterThan(0);
  expect(rotation % 15).toBe(0);
  for (const each of turned) expect(each["rotation"]).toBe(rotation);
  // Escape on the way leaves all as it is.
  const middle = (await one.page.locator(".frame.selection").boundingBox())!;
  await one.page.mouse.move(middle.x + middle.width / 2, middle.y + middle.height / 2);
  await one.page.mouse.down();
  await one.page.mouse.move(middle.x + 10, middle.y + 10, { steps: 4 });
  await one.page.keyboard.press("Escape");
  await one.page.mouse.up();
  await one.button("Undo").click();
  await agreed([one, two]);
  expect(await content(two)).toEqual(before);
});

test("copies: duplicated, dragged off with alt, pasted on this and another page to the very point", async ({ people }) => {
  const one = await people.join();
  const { stroke } = await page(one);
  const ink = (await thing(one, stroke))["points"];
  await one.page.keyboard.press("Control+a");
  await one.page.keyboard.press("Control+d");
  await expect.poll(async () => (await things(one)).length).toBe(6);
  await one.button("Undo").click();
  expect(await things(one)).toHaveLength(3);
  // With alt the original stays.
  await one.page.keyboard.press("Escape");
  await one.page.keyboard.down("Alt");
  await dragShare(one, [0.6, 0.6], [0.75, 0.7]);
  await one.page.keyboard.up("Alt");
  const notes = (await things(one)).filter(({ kind }) => kind === "note");
  expect(notes.map((note) => note["text"])).toEqual(["gym", "gym"]);
  expect(notes[1]!.x).toBeGreaterThan(notes[0]!.x + 50);
  await one.button("Undo").click();
  expect(await things(one)).toHaveLength(3);
  // Cut and pasted it lies where it lay; pasted again, beside it.
  const before = await content(one);
  await one.page.keyboard.press("Control+a");
  await one.page.keyboard.press("Control+x");
  expect(await things(one)).toHaveLength(0);
  await one.page.keyboard.press("Control+v");
  await expect.poll(() => content(one)).toEqual(before);
  await one.page.keyboard.press("Control+v");
  await expect.poll(async () => (await things(one)).length).toBe(6);
  await one.button("Add page").click();
  await expect.poll(async () => (await things(one)).length).toBe(0);
  await one.surface.focus();
  await one.page.keyboard.press("Control+v");
  await expect.poll(() => content(one)).toEqual(before);
  expect((await things(one))[0]!["points"]).toEqual(ink);
  // The same by buttons.
  await one.button("Copy").click();
  await one.button("Paste").click();
  await expect.poll(async () => (await things(one)).length).toBe(6);
  await one.button("Duplicate").click();
  await expect.poll(async () => (await things(one)).length).toBe(9);
  await one.button("Cut").click();
  await expect.poll(async () => (await things(one)).length).toBe(6);
  await one.button("Undo").click();
  await expect.poll(async () => (await things(one)).length).toBe(9);
});

test("what the system's clipboard holds is data: a clip of another tab, plain text, and nothing hostile", async ({ people }) => {
  const one = await people.join();
  await page(one);
  await one.page.keyboard.press("Control+a");
  /** As if another program's clipboard were pasted, or ours copied; Chromium gives no page the real one in tests. */
  const copied = await one.page.evaluate(() => {
    const data = new DataTransfer();
    document.body.dispatchEvent(new ClipboardEvent("copy", { clipboardData: data, bubbles: true, cancelable: true }));
    return { html: data.getData("text/html"), text: data.getData("text/plain") };
  });
  expect(copied.text).toBe("gym");
  const original = await content(one);
  const tab = await people.joinIn(one.page.context());
  const paste = (clip: Record<string, string>): Promise<void> =>
    tab.page.evaluate((types) => {
      const data = new DataTransfer();
      for (const [type, value] of Object.entries(types)) data.setData(type, value);
      document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    }, clip);
  await paste({ "text/html": copied.html, "text/plain": copied.text });
  await expect.poll(async () => (await things(tab)).length).toBe(6);
  const moved = (await content(tab)).slice(3) as Thing[];
  moved.forEach((thing, i) => {
    const { x, y, ...rest } = original[i] as Thing;
    expect(thing).toEqual({ ...rest, x: x + 24, y: y + 24 });
  });
  await paste({ "text/plain": "<b>こんにちは</b>\r\n2\u0007" });
  await expect.poll(() => tab.texts()).toContain("<b>こんにちは</b>\n2");
  const digest = await tab.digest();
  const wrapped = (clip: string): string => `<div data-kakehashi-name="00ff" data-kakehashi="${Buffer.from(clip).toString("base64")}"></div>`;
  const fine = { kakehashi: 1, board: "a", page: "a.1", bounds: { x: 0, y: 0, width: 1, height: 1 } };
  const box = { kind: "rectangle", x: 0, y: 0, rotation: 0, width: 10, height: 10, color: "#000000ff", fill: null, strokeWidth: 2 };
  const hostile = [
    `<div data-kakehashi-name="00ff" data-kakehashi="!!"></div><img src=x onerror="window.owned = 1">`,
    wrapped("{"),
    wrapped(JSON.stringify({ ...fine, things: [{ ...box, width: 1e12 }] })),
    wrapped(JSON.stringify({ ...fine, things: [{ ...box, color: "url(javascript:alert(1))" }] })),
    wrapped(JSON.stringify({ ...fine, things: [box, { ...box, kind: "__proto__" }] })),
    wrapped(JSON.stringify({ ...fine, things: [{ ...box, kind: "stroke", tool: "pen", scaleX: 1, scaleY: 1, ink: "AAAA////////" }] })),
    wrapped(JSON.stringify({ ...fine, board: "../../x", things: [box] })),
  ];
  for (const html of hostile) await paste({ "text/html": html });
  expect(await tab.page.evaluate(() => "owned" in window)).toBe(false);
  expect(await tab.digest()).toBe(digest);
});

test("a picture goes along to another board", async ({ people, server }) => {
  const one = await people.join();
  await one.page.evaluate(async () => {
    const canvas = document.createElement("canvas");
    canvas.getContext("2d")?.fillRect(0, 0, 200, 100);
    const png = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve));
    const data = new DataTransfer();
    data.items.add(new File([png!], "picture.png", { type: "image/png" }));
    document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  });
  await expect.poll(async () => (await things(one)).length).toBe(1);
  const html = await one.page.evaluate(() => {
    const data = new DataTransfer();
    document.body.dispatchEvent(new ClipboardEvent("copy", { clipboardData: data, bubbles: true, cancelable: true }));
    return data.getData("text/html");
  });
  const { board } = await server.startBoard();
  const other = await one.page.context().newPage();
  await other.goto(`${server.url}/b/${board}?lang=en`);
  const two = await BoardPage.of(other);
  await two.page.evaluate((clip) => {
    const data = new DataTransfer();
    data.setData("text/html", clip);
    document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  }, html);
  await expect.poll(() => content(two)).toEqual(await content(one));
  const { asset } = (await things(two))[0] as unknown as { asset: string };
  expect((await other.request.get(`${server.url}/api/v1/boards/${board}/assets/${asset}`)).status()).toBe(200);
});

test("the bar: order, colour, lock and delete", async ({ people }) => {
  const one = await people.join();
  const two = await people.join();
  const { stroke, box, note } = await page(one);
  const order = async (): Promise<string[]> => (await things(one)).map(({ id }) => id);
  await one.click(await one.place(0.6, 0.6));
  await one.button("Order").click();
  await one.page.getByRole("menuitem", { name: "Send to back" }).click();
  await expect.poll(order).toEqual([note, stroke, box]);
  await one.surface.focus();
  await one.page.keyboard.press("Shift+}");
  await expect.poll(order).toEqual([stroke, box, note]);
  await one.page.keyboard.press("Control+a");
  await one.button("Colour and line").click();
  // With the bar and what it opens in sight.
  expect(await violations(one.page)).toEqual([]);
  await one.button("Red").click();
  await one.page.getByRole("group", { name: "Line width" }).getByRole("button", { name: "Very thick" }).click();
  await one.page.keyboard.press("Escape");
  await agreed([one, two]);
  expect(await thing(two, stroke)).toMatchObject({ color: "#c62828ff", strokeWidth: 20 });
  expect(await thing(two, box)).toMatchObject({ color: "#c62828ff", strokeWidth: 20 });
  expect((await thing(two, note))["color"]).not.toBe("#c62828ff");
  // Locked, neither a box nor all takes it; a tap shows it with what undoes it.
  await one.page.keyboard.press("Escape");
  await one.click(await one.place(0.6, 0.6));
  await one.button("Lock").click();
  await expect(one.page.locator(".lock-mark")).toBeVisible();
  await expect(one.page.locator(".handle:visible")).toHaveCount(0);
  await agreed([one, two]);
  const locked = await thing(two, note);
  expect(locked["locked"]).toBe(true);
  await dragShare(one, [0.6, 0.62], [0.3, 0.1]);
  await one.page.keyboard.press("Control+a");
  await one.page.keyboard.press("Delete");
  await agreed([one, two]);
  expect(await things(two)).toEqual([{ ...locked, unsaved: false }]);
  await one.click(await one.place(0.6, 0.6));
  await one.button("Unlock").click();
  await expect(one.page.locator(".handle:visible")).toHaveCount(9);
  await one.button("Delete").click();
  await agreed([one, two]);
  expect(await things(two)).toHaveLength(0);
});

test("all by keyboard: from thing to thing with their names, move, resize, turn, edit", async ({ people }) => {
  const one = await people.join();
  const { box, note } = await page(one);
  const said = one.page.locator(".unseen [aria-live]");
  await expect(one.page.getByRole("list", { name: "Things on this page" }).getByRole("listitem")).toHaveText([
    "Handwriting by you, black",
    "Rectangle by you, black",
    "Note: gym",
  ]);
  await one.surface.focus();
  await one.page.keyboard.press(".");
  await expect(said).toHaveText("Handwriting by you, black, 1 of 3");
  await one.page.keyboard.press(".");
  await expect(said).toHaveText("Rectangle by you, black, 2 of 3");
  const before = await thing(one, box);
  await one.page.keyboard.press("ArrowRight");
  await one.page.keyboard.press("Shift+ArrowDown");
  expect(await thing(one, box)).toMatchObject({ x: before.x + 2, y: before.y + 20 });
  await one.page.keyboard.press("Control+ArrowRight");
  await one.page.keyboard.press("Control+ArrowUp");
  expect(await thing(one, box)).toMatchObject({ width: (before["width"] as number) + 10, height: (before["height"] as number) - 10 });
  await one.page.keyboard.press("Alt+ArrowRight");
  await one.page.keyboard.press("Alt+Shift+ArrowLeft");
  expect(await thing(one, box)).toMatchObject({ rotation: 14 });
  for (let i = 0; i < 6; i++) await one.page.keyboard.press("Control+z");
  expect({ ...(await thing(one, box)), unsaved: false }).toEqual({ ...before, unsaved: false });
  await one.page.keyboard.press(",");
  await one.page.keyboard.press(",");
  await expect(said).toHaveText("Note: gym, 3 of 3");
  await one.page.keyboard.press("Enter");
  await one.page.keyboard.type(" shoes");
  await one.page.keyboard.press("Escape");
  expect((await thing(one, note))["text"]).toBe("gym shoes");
  // The tab key goes on, into the bar and out of it.
  await one.page.keyboard.press(",");
  await expect(one.page.getByRole("toolbar", { name: "Selection" })).toBeVisible();
  await one.page.keyboard.press("Tab");
  await expect(one.button("Colour and line")).toBeFocused();
  await one.page.keyboard.press("Shift+Tab");
  await expect(one.surface).toBeFocused();
});

test("fingers at a wall: a handle is met from beside it, and a second finger disturbs nothing", async ({ people }) => {
  const wall = await people.join({ screen: "wall" });
  const other = await people.join();
  const { box, note } = await page(wall);
  await wall.click(await wall.place(...BOX_EDGE));
  const before = await thing(wall, box);
  const corner = await handle(wall, 1, 1);
  const fingers = wall.touches();
  // Beside the handle by as much as a fingertip is thick, and another finger on the note.
  const first = { x: corner.x + 22, y: corner.y + 18 };
  const second = await wall.place(0.6, 0.6);
  await fingers.down([first]);
  for (let i = 1; i <= 4; i++) await fingers.move([{ x: first.x + i * 30, y: first.y + i * 20 }]);
  await fingers.move([{ x: first.x + 150, y: first.y + 100 }, second]);
  await fingers.move([{ x: first.x + 200, y: first.y + 120 }, { x: second.x + 80, y: second.y }]);
  await fingers.up();
  await agreed([wall, other]);
  const after = await thing(other, box);
  expect(after["width"]).toBeGreaterThan((before["width"] as number) + 80);
  expect([after.x, after.y]).toEqual([before.x, before.y]);
  await wall.button("Undo").first().click();
  await agreed([wall, other]);
  expect(await thing(other, box)).toEqual({ ...before, unsaved: false });
  expect((await thing(other, note))["text"]).toBe("gym");
});

test("a phone: bar and turning handle are on the screen, two taps edit a note", async ({ people }) => {
  const phone = await people.join({ screen: "phone" });
  const { note } = await page(phone);
  const at = await phone.place(0.6, 0.6);
  await phone.page.touchscreen.tap(at.x, at.y);
  const bar = phone.page.getByRole("toolbar", { name: "Selection" });
  await expect(bar).toBeVisible();
  await expect(phone.page.locator(".handle.turn")).toBeVisible();
  const box = (await bar.boundingBox())!;
  expect(box.x).toBeGreaterThanOrEqual(0);
  expect(box.x + box.width).toBeLessThanOrEqual(390);
  for (const button of await bar.getByRole("button").all()) {
    const size = (await button.boundingBox())!;
    expect(Math.min(size.width, size.height)).toBeGreaterThanOrEqual(44);
  }
  // Not so soon that the first of them is the second of two.
  await phone.page.waitForTimeout(500);
  await phone.page.touchscreen.tap(at.x, at.y);
  await phone.page.touchscreen.tap(at.x, at.y);
  await phone.page.keyboard.type("!");
  await phone.page.keyboard.press("Escape");
  await expect.poll(async () => (await thing(phone, note))["text"]).toBe("gym!");
});
