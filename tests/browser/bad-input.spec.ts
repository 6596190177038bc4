/** What goes wrong is said in a sentence, with a way on, and nothing is lost. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { agreed, BoardPage, pointCounts } from "./support/board-page";
import { expect, test } from "./support/fixtures";
import { fitInto, handwriting } from "./support/ink.mjs";
import { Server } from "./support/server.mjs";

/** Another digit. */
function other(digit: string): string {
  return `${(Number(digit) + 1) % 10}`;
}

test("a board that does not exist: a sentence, and a way back", async ({ people, server }) => {
  // A whole address of a board of another server, and one that was cut off.
  const elsewhere = await Server.start();
  const { board } = await elsewhere.startBoard();
  await elsewhere.remove();
  for (const address of [board, people.board.slice(0, 11)]) {
    const page = await people.page();
    await page.goto(`${server.url}/b/${address}?lang=en`);
    await expect(page.getByRole("heading", { name: "This board does not exist" })).toBeVisible();
    await expect(page.getByRole("alert")).toHaveText("The link may be incomplete, or the board was deleted. Ask for the code and join with it.");
    await page.getByRole("link", { name: "Back to the front page" }).click();
    await expect(page.getByRole("button", { name: "Start a board" })).toBeVisible();
    await page.close();
  }
});

test("a wrong code: a sentence, and another try", async ({ people, server }) => {
  const { code: shown, board } = await server.startBoard();
  const code = shown.replace(/\D/g, "");
  expect(code).toHaveLength(9);
  const page = await people.page("phone");
  await page.goto(`${server.url}/?lang=en`);
  const field = page.getByRole("textbox", { name: "Code" });
  const join = page.getByRole("button", { name: "Join", exact: true });
  await field.fill("1234");
  await join.click();
  await expect(page.getByRole("alert")).toHaveText("A code has nine digits. Please check it and try again.");
  await field.fill(code.slice(0, 8) + other(code.slice(8)));
  await join.click();
  await expect(page.getByRole("alert")).toHaveText("There is no board with this code. Please check the digits.");
  // As a Japanese keyboard gives it.
  await field.fill(code.replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)));
  await join.click();
  await BoardPage.of(page);
  expect(page.url()).toContain(board);
});

test("with the server away the front door says so", async ({ people, server }) => {
  const page = await people.page();
  await page.goto(`${server.url}/?lang=en`);
  await server.kill();
  await page.getByRole("button", { name: "Start a board" }).click();
  await expect(page.getByRole("alert")).toHaveText("The server cannot be reached at the moment. Please try again in a while.");
  await server.up();
  await page.getByRole("button", { name: "Start a board" }).click();
  await BoardPage.of(page);
});

test("a disk that is full: a sentence, everything kept, and saved when there is room again", async ({ people }) => {
  test.setTimeout(90_000);
  const disk = mkdtempSync(join(tmpdir(), "kakehashi-disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=8m", "kakehashi-test", disk], { stdio: "ignore" });
  } catch {
    rmSync(disk, { recursive: true });
    test.skip(true, "a small disk can be made only by root");
  }
  const server = await Server.start(disk);
  try {
    const { board } = await server.startBoard();
    const page = await people.page();
    await page.goto(`${server.url}/b/${board}?lang=en`);
    const writer = await BoardPage.of(page);
    const ink = handwriting("架け橋", 51);
    await writer.write(fitInto(ink, await writer.area(0.1, 0.1, 0.8, 0.35)));
    await agreed([writer]);
    const saved = pointCounts(await writer.strokes());

    const filler = join(disk, "filler");
    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize)));
    await expect(async () => {
      await writer.write(fitInto(ink, await writer.area(0.1, 0.5, 0.8, 0.35)));
      const sentence = page.getByRole("alert").filter({ hasText: "The server’s disk is full and it cannot save." });
      await expect(sentence).toBeVisible({ timeout: 2_000 });
    }).toPass({ timeout: 40_000 });
    expect(await writer.unsaved()).toBeGreaterThan(0);
    await expect(writer.statusLine).not.toHaveText("All saved");
    const written = pointCounts(await writer.strokes());
    expect(Object.keys(written).length).toBeGreaterThan(Object.keys(saved).length);

    rmSync(filler);
    await agreed([writer], 40_000);
    expect(pointCounts(await writer.strokes())).toEqual(written);
    const late = await people.page("phone");
    await late.goto(`${server.url}/b/${board}?lang=en`);
    const reader = await BoardPage.of(late);
    await agreed([writer, reader]);
    expect(pointCounts(await reader.strokes())).toEqual(written);
  } finally {
    await server.remove();
    execFileSync("umount", ["--lazy", disk]);
    rmSync(disk, { recursive: true });
  }
});
