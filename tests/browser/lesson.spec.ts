/**
 * A whole lesson, as a school has it: one host, one assistant in the receiving room, one wall panel and twelve pupils,
 * from the panel's pairing to the attendance sheet. Each step says what everybody's board holds and shows after it.
 */
import { readFile } from "node:fs/promises";
import type { Locator } from "@playwright/test";
import { agreed, BoardPage } from "./support/board-page";
import { ASSISTANT, atTheDoor, deviceOf, describePanel, PANEL, panelWithCode, PUPILS, pupilComes, screenOf, TEACHER, teacherAtPanels, wordOf, writes } from "./support/cast";
import { act, section } from "./support/class";
import { expect, test } from "./support/fixtures";
import { fitInto, handwriting } from "./support/ink.mjs";
import { LessonPictures, SAMPLES } from "./support/lesson-pictures";
import { onSheet } from "./support/sights";

/** The engine hands the lead on after 30 s. */
const HAND_OVER = 45_000;
/** The pupil who comes by the link that leads into the lobby. */
const LAST = PUPILS.length - 1;

/** Opens a part of the meeting panel in Japanese, or closes the panel. */
async function opens(board: BoardPage, title: string | null): Promise<void> {
  const button = board.page.getByRole("button", { name: "会議", exact: true });
  if ((await button.getAttribute("aria-expanded")) !== String(title !== null)) await button.click();
  if (title !== null) await board.page.getByRole("tab", { name: new RegExp(`^${title}`) }).click();
}

async function say(board: BoardPage, field: string, words: string): Promise<void> {
  await board.page.getByRole("textbox", { name: field }).fill(words);
  await board.page.keyboard.press("Enter");
}

function rowOf(list: Locator, name: string): Locator {
  return list.getByRole("listitem").filter({ hasText: name });
}

test.use({ actionTimeout: 10_000 });

test("a lesson from pairing to the attendance sheet: host, assistant, panel and twelve pupils", async ({ people, server }) => {
  test.setTimeout(240_000);
  const pictures = new LessonPictures();

  const { page, panel } = await test.step("the panel pairs", async () => {
    const page = await teacherAtPanels(people, server);
    const { panel, code } = await panelWithCode(people, server);
    await describePanel(page, code);
    await pictures.take({ host: page, panel });
    await page.getByRole("button", { name: "Approve", exact: true }).click();
    await expect(page.getByRole("listitem").filter({ hasText: PANEL })).toBeVisible();
    return { page, panel };
  });

  const { host, way, assistant, lobby } = await test.step("the teacher makes the lesson's board; the adult in the receiving room comes by a link", async () => {
    await page.goto(`${server.url}/?lang=en`);
    await page.getByRole("button", { name: "Start a board" }).click();
    const host = await BoardPage.of(page);
    const board = new URL(page.url()).pathname.slice("/b/".length);
    await page.getByRole("button", { name: "Share", exact: true }).click();
    const code = (await page.locator(".share-digits").innerText()).replace(/\D/g, "");
    await page.getByRole("radio", { name: "Assistant" }).check();
    await page.getByRole("button", { name: "Make a link" }).click();
    const field = page.getByRole("textbox", { name: "Link", exact: true });
    await expect(field).toHaveValue(/#link=/);
    const link = await field.inputValue();
    await page.getByRole("radio", { name: "Member", exact: true }).check();
    await page.getByRole("switch", { name: "Waits to be let in" }).click();
    await page.getByRole("button", { name: "Make a link" }).click();
    await expect(field).not.toHaveValue(link);
    const lobby = await field.inputValue();
    await expect(panel.locator(".panel-name")).toHaveText(PANEL);
    await panel.getByRole("button", { name: "閉じる" }).tap();
    await expect(panel.locator(".idle-join .digits")).toBeVisible();
    const theirs = await deviceOf(people, ASSISTANT, "laptop");
    await theirs.goto(link.replace("#", "?lang=ja#"));
    const assistant = await BoardPage.of(theirs);
    await pictures.take({ host: page, panel });
    await page.keyboard.press("Escape");
    return { host, way: { board, code }, assistant, lobby };
  });

  const { wall, pupils } = await test.step("the panel and the pupils come by the code", async () => {
    await panel.getByRole("button", { name: "コードで参加" }).tap();
    for (const digit of way.code) await panel.getByRole("dialog").getByRole("button", { name: digit, exact: true }).tap();
    const first = await atTheDoor(people, server, 0, way);
    await pictures.take({ host: page, panel, pupil: first });
    await panel.getByRole("dialog").getByRole("button", { name: "参加する", exact: true }).tap();
    await first.keyboard.press("Enter");
    const [wall, ...pupils] = await Promise.all([BoardPage.of(panel), BoardPage.of(first)]);
    // Four at a time, as a class comes in.
    for (let from = 1; from < LAST; from += 4) {
      const those = [0, 1, 2, 3].map((i) => from + i).filter((i) => i < LAST);
      pupils.push(...(await Promise.all(those.map((i) => pupilComes(people, server, i, way)))));
    }
    return { wall, pupils };
  });
  const pupil = (name: (typeof PUPILS)[number]): BoardPage => pupils[PUPILS.indexOf(name)] as BoardPage;
  const [yui, hina] = [pupil("結衣"), pupil("陽菜")];
  const take = (): Promise<void> => pictures.take({ host: page, panel, pupil: yui.page });

  const list = page.getByRole("complementary", { name: "Meeting" }).getByRole("list", { name: "People here" });
  await test.step("the session starts: everybody takes part", async () => {
    await section(host, "People");
    await page.getByRole("button", { name: "Start session" }).click();
    // Whoever is about to take part stands there twice for a moment.
    await expect(list.getByText("Here by the link")).toHaveCount(0);
    await expect(list.getByRole("listitem")).toHaveCount(14);
    await expect(rowOf(list, PANEL)).toContainText("Member");
  });

  await test.step("one waits in the lobby, sees nothing of the board, and is let in", async () => {
    const late = await deviceOf(people, PUPILS[LAST] ?? "", screenOf(LAST));
    await late.goto(lobby.replace("#", "?lang=ja#"));
    await expect(late.getByRole("heading", { name: "少しお待ちください" })).toBeVisible();
    await expect(late.getByRole("application")).toHaveCount(0);
    await pictures.take({ host: page, panel, pupil: late });
    await page.getByRole("button", { name: `Let ${PUPILS[LAST]} in` }).click();
    pupils.push(await BoardPage.of(late));
    await expect(list.getByRole("listitem")).toHaveCount(15);
    for (const name of PUPILS) await expect(rowOf(list, name)).toContainText("Member");
    await expect(rowOf(list, TEACHER)).toContainText("Host");
    await expect(rowOf(list, ASSISTANT)).toContainText("Assistant");
    for (const board of pupils) await expect(board.button("手を挙げる")).toBeVisible();
    await take();
  });

  const all = [host, assistant, wall, ...pupils];

  let strokes = 0;
  await test.step("the host writes, and all see it", async () => {
    const corner = await onSheet(page, { x: 110, y: 60 });
    const end = await onSheet(page, { x: 1100, y: 280 });
    const title = fitInto(handwriting("字は心", 21, { rate: SAMPLES }), { ...corner, width: end.x - corner.x, height: end.y - corner.y });
    await host.write(title);
    strokes += title.length;
    await agreed(all);
    expect(await yui.strokes()).toHaveLength(strokes);
    await take();
  });

  await test.step("the host's connection is gone while twelve write: one reconnects seven times, signs are given, then the assistant leads", async () => {
    const cut = Date.now();
    await page.goto(`${server.url}/?lang=en`);
    const counts = await Promise.all(pupils.map((board, i) => writes(board, i)));
    strokes += counts.reduce((sum, count) => sum + count, 0);
    await agreed(all.filter((board) => board !== host));
    expect(await wall.strokes()).toHaveLength(strokes);
    await pictures.take({ host: assistant.page, panel, pupil: yui.page });
    const ren = pupil("蓮");
    for (let i = 0; i < 7; i++) {
      await ren.page.reload();
      await ren.open();
    }
    for (const [board, sign] of [[yui, "できました"], [hina, "できました"], [pupil("健"), "すごい"]] as const) {
      await opens(board, "リアクション");
      await board.page.getByRole("button", { name: sign }).click();
    }
    for (const board of [wall, assistant]) await expect(board.page.getByRole("log", { name: "リアクション" })).toContainText("できました");
    await pictures.take({ host: assistant.page, panel, pupil: yui.page });
    await expect(assistant.page.getByText("ホストの不在中、あなたが進行役です。")).toBeVisible({ timeout: HAND_OVER });
    expect(Date.now() - cut).toBeGreaterThan(25_000);
    await opens(assistant, "進行");
    await assistant.page.getByRole("button", { name: "3分", exact: true }).click();
    for (const board of pupils) await expect(board.page.getByRole("timer").first()).toHaveText(/^[23]:\d\d$/);
    for (const board of [yui, hina, pupil("健")]) await opens(board, null);
    await pictures.take({ host: assistant.page, panel, pupil: yui.page });
    await page.goto(`${server.url}/b/${way.board}?lang=en`);
    await host.open();
    await expect(assistant.page.getByText("ホストの不在中、あなたが進行役です。")).toHaveCount(0);
    await section(host, "People");
    await expect(list.getByRole("listitem")).toHaveCount(15);
    await agreed(all);
    await take();
    await section(host, "Lead");
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    for (const board of pupils) await expect(board.page.getByRole("timer")).toHaveCount(0);
    await section(host, "People");
  });

  await test.step("a hand goes up in the middle of a stroke and cuts none; the host calls on them", async () => {
    const pen = hina.mouse();
    const [from, to] = [await onSheet(hina.page, { x: 1200, y: 150 }), await onSheet(hina.page, { x: 1800, y: 150 })];
    const at = (part: number) => ({ x: from.x + (to.x - from.x) * part, y: from.y + 6 * Math.sin(part * 9) });
    await pen.down(from);
    for (let part = 0.05; part < 0.5; part += 0.05) await pen.move([at(part)]);
    await hina.page.keyboard.press("Shift+H");
    await expect(hina.button("手を下ろす")).toBeVisible();
    for (let part = 0.5; part <= 1; part += 0.05) await pen.move([at(part)]);
    await pen.up();
    strokes++;
    await agreed(all);
    const records = await wall.strokes();
    expect(records).toHaveLength(strokes);
    const ink = records.at(-1)?.points ?? [];
    expect((ink.at(-1)?.[0] ?? 0) - (ink[0]?.[0] ?? 0)).toBeGreaterThan(550);
    await yui.page.getByRole("button", { name: "手を挙げる" }).tap();
    await expect(rowOf(list, "陽菜").getByRole("img", { name: "Hand raised, number 1" })).toBeVisible();
    await expect(rowOf(list, "結衣").getByRole("img", { name: "Hand raised, number 2" })).toBeVisible();
    await expect(list.getByRole("listitem").first()).toContainText("陽菜");
    await take();
    await act(host, "陽菜", "Lower 陽菜’s hand");
    await expect(hina.button("手を挙げる")).toBeVisible();
    await expect(yui.button("手を下ろす")).toHaveAccessibleDescription("あなたは1番目です");
    await yui.button("手を下ろす").tap();
    await expect(list.getByRole("img", { name: /^Hand raised/ })).toHaveCount(0);
  });

  await test.step("writing is held for all, then for one, and let go", async () => {
    const held = page.getByRole("switch", { name: "Only those who lead write" });
    await held.click();
    for (const board of pupils) await expect(board.page.getByText("ホストが書き込みを止めています。")).toBeVisible();
    await expect(assistant.button("ペン")).toBeEnabled();
    await writes(hina, 1);
    await agreed(all);
    expect(await wall.strokes()).toHaveLength(strokes);
    await take();
    await act(host, "結衣", "Keep from writing");
    await held.click();
    await expect(hina.page.getByText("ホストが書き込みを止めています。")).toHaveCount(0);
    await expect(yui.page.getByText("ホストがあなたの書き込みを止めています。")).toBeVisible();
    await expect(hina.button("ペン")).toBeEnabled();
    await take();
    await act(host, "結衣", "Let write again");
    await expect(yui.button("ペン")).toBeEnabled();
  });

  await test.step("one only looks on, one has another name, one is removed and let in again", async () => {
    await act(host, "蓮", "Make viewer");
    await expect(pupil("蓮").page.getByText("見るだけで参加しています。")).toBeVisible();
    await act(host, "健", "Rename…");
    await page.getByLabel("New name").fill("健（班長）");
    await page.keyboard.press("Enter");
    await expect(rowOf(list, "健（班長）")).toBeVisible();
    await pupil("湊").button("手を挙げる").tap();
    await expect(rowOf(list, "湊").getByRole("img", { name: "Hand raised, number 1" })).toBeVisible();
    await act(host, "湊", "Remove…");
    await pictures.take({ host: page, panel, pupil: pupil("蓮").page });
    await page.getByRole("dialog").getByRole("button", { name: "Remove", exact: true }).click();
    const away = pupil("湊").page;
    await expect(away.getByRole("heading", { name: "このボードから退出になりました" })).toBeVisible();
    await expect(list.getByRole("listitem")).toHaveCount(14);
    await page.getByText("Removed (1)").click();
    await page.getByText("Removed (1)").scrollIntoViewIfNeeded();
    await pictures.take({ host: page, panel, pupil: away });
    await page.getByRole("button", { name: "Let 湊 in again" }).click();
    await away.getByRole("button", { name: "もう一度試す" }).click();
    await pupil("湊").open();
    await expect(pupil("湊").button("手を挙げる")).toBeVisible();
    await expect(list.getByRole("listitem")).toHaveCount(15);
    await act(host, "蓮", "Make member");
    await expect(pupil("蓮").button("ペン")).toBeEnabled();
  });

  await test.step("what one wrote is put aside and brought back; the page is emptied and brought back", async () => {
    const before = await agreed(all);
    const own = (await wordOf(hina, 1)).length + 1;
    await act(host, "陽菜", "Put aside all they wrote");
    await expect.poll(async () => (await wall.strokes()).length).toBe(strokes - own);
    await take();
    await act(host, "陽菜", "Bring back all they wrote");
    await expect.poll(async () => (await wall.strokes()).length).toBe(strokes);
    await host.button("Clear page…").click();
    await page.getByRole("dialog").getByRole("button", { name: "Clear page" }).click();
    for (const board of all) await expect.poll(async () => (await board.strokes()).length).toBe(0);
    await take();
    await host.button("Undo").click();
    for (const board of all) await expect.poll(async () => (await board.strokes()).length).toBe(strokes);
    expect(before).not.toBe("");
  });

  await test.step("all are taken to one view; one looks around and comes back", async () => {
    await section(host, "Lead");
    await page.getByRole("button", { name: "Take everyone to my view" }).click();
    for (const board of [assistant, wall, ...pupils]) await expect(board.page.getByText(`${TEACHER} の画面を表示中`).first()).toBeVisible();
    await host.surface.focus();
    for (let i = 0; i < 4; i++) await page.keyboard.press("+");
    await expect.poll(async () => (await wall.sight()).width).toBeLessThan(1500);
    await take();
    await hina.page.getByRole("button", { name: "自由に見る" }).click();
    await hina.surface.focus();
    await hina.page.keyboard.press("0");
    await expect.poll(async () => (await hina.sight()).width).toBeGreaterThan(1800);
    await hina.page.getByRole("button", { name: `${TEACHER} の画面に戻る` }).click();
    await expect.poll(async () => (await hina.sight()).width).toBeLessThan(1800);
    await page.getByRole("button", { name: "Let everyone go" }).first().click();
    await expect(yui.page.locator(".spotlight-bar")).toHaveCount(0);
    await host.surface.focus();
    await page.keyboard.press("0");
  });

  await test.step("words to all, and words for those who lead only", async () => {
    for (const board of [yui, hina]) await opens(board, "チャット");
    await section(host, "Chat");
    await say(host, "Message to everyone", "好きな漢字を一つ書いてください。");
    for (const board of [yui, hina]) await expect(board.page.getByRole("article")).toContainText("好きな漢字を一つ");
    await yui.page.getByLabel("相手").selectOption({ label: "進行役だけ" });
    await say(yui, "進行役へのメッセージ", "書き順がわかりません。");
    await page.getByRole("button", { name: /^結衣.*1 unread/ }).click();
    await expect(page.getByRole("article")).toContainText("書き順がわかりません。");
    await say(host, "Message to 結衣", "上から書きます。");
    await expect(yui.page.getByRole("article")).toHaveCount(2);
    await take();
    await expect(hina.page.getByRole("article")).toHaveCount(1);
    expect(await hina.page.content()).not.toContain("書き順がわかりません");
    await hina.page.getByLabel("相手").selectOption({ label: "進行役だけ" });
    await expect(hina.page.getByRole("article")).toHaveCount(0);
    await opens(hina, null);
  });

  await test.step("the session ends for everybody; what was on does not come back", async () => {
    await yui.button("手を挙げる").tap();
    await section(host, "People");
    await page.getByRole("switch", { name: "Only those who lead write" }).click();
    await expect(hina.button("ペン")).toBeDisabled();
    await section(host, "Lead");
    await page.getByRole("button", { name: "10 min", exact: true }).click();
    await expect(hina.page.getByRole("timer").first()).toBeVisible();
    await host.button("End session").click();
    await pictures.take({ host: page, panel, pupil: yui.page });
    await page.getByRole("dialog").getByRole("button", { name: "End session" }).click();
    await expect(yui.page.getByText("会議が終わりました。ボードはそのままです。")).toBeVisible();
    for (const board of [hina, yui]) {
      await board.page.reload();
      await board.open();
    }
    for (const board of pupils) {
      await expect(board.button("手を下ろす")).toHaveCount(0);
      await expect(board.page.getByRole("timer")).toHaveCount(0);
      await expect(board.button("ペン")).toBeEnabled();
    }
    await page.reload();
    await host.open();
    await section(host, "People");
    await expect(page.getByRole("heading", { name: "No session is on" })).toBeVisible();
    await agreed(all);
  });

  await test.step("the attendance sheet", async () => {
    await section(host, "Attendance");
    await take();
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save as CSV" }).click();
    const [head, ...rows] = await sheetOf(await (await download).path());
    expect(head).toEqual(["Session", "Name", "Role", "Came as", "First seen", "Last seen", "Connections", "Outages", "Time away"]);
    expect(rows.map(([, name]) => name).sort()).toEqual([TEACHER, ASSISTANT, PANEL, ...PUPILS.map((name) => (name === "健" ? "健（班長）" : name))].sort());
    const row = (name: string): Record<string, string> => Object.fromEntries((rows.find((cells) => cells[1] === name) ?? []).map((cell, i) => [head?.[i] ?? "", cell]));
    expect(row(TEACHER)).toMatchObject({ Role: "Host", "Came as": "Account", Connections: "2", Outages: "1" });
    expect(row(ASSISTANT)).toMatchObject({ Role: "Assistant", "Came as": "Guest", Connections: "1", Outages: "0" });
    expect(row(PANEL)).toMatchObject({ "Came as": "Wall panel", Connections: "1" });
    // Eight connections are one pupil, who was there to the end and missed seconds.
    expect(row("蓮")).toMatchObject({ Role: "Member", Connections: "8", Outages: "7" });
    expect(row("蓮")["Time away"]).toMatch(/^0:00:[0-2]\d$/);
    expect(row("凛")).toMatchObject({ Connections: "1", Outages: "0", "Time away": "0:00:00" });
  });

  await test.step("the panel warns, and then shows nothing of the lesson", async () => {
    await panel.clock.fastForward("05:01");
    await expect(panel.getByRole("dialog", { name: "まだ使っていますか？" })).toBeVisible();
    await pictures.take({ host: page, panel, pupil: yui.page });
    await panel.clock.fastForward("01:01");
    await expect(panel.getByRole("button", { name: "書きはじめる" })).toBeVisible();
    await expect(panel.getByRole("application")).toHaveCount(0);
    await expect(panel.locator(".todays")).toHaveCount(0);
    await panel.reload();
    await expect(panel.getByRole("button", { name: "書きはじめる" })).toBeVisible();
    await expect(panel.getByRole("dialog")).toHaveCount(0);
    await pictures.take({ host: page, panel, pupil: yui.page });
  });
});

/** The cells of a CSV file as it was saved. */
async function sheetOf(path: string): Promise<string[][]> {
  const csv = await readFile(path, "utf8");
  return csv.slice(1).trim().split("\r\n").map((line) => line.slice(1, -1).split('","'));
}
