/** The call of a board: who joins hears and sees the others, and goes on doing so when connections break. */
import { BoardPage } from "./support/board-page";
import { Caller } from "./support/caller";
import { Class } from "./support/class";
import { expect, test } from "./support/fixtures";

test("two hear and see each other, a third is seen when they come, and what is muted is seen to be", async ({ people }) => {
  const aoi = await Caller.joins(await people.join());
  const ken = await Caller.joins(await people.join());
  await aoi.sees(1);
  await ken.sees(1);
  await Promise.all([aoi.receives(), ken.receives()]);

  const hana = await Caller.joins(await people.join());
  await Promise.all([aoi.sees(2), ken.sees(2), hana.sees(2)]);
  await Promise.all([aoi.receives(), hana.receives()]);

  await hana.turns("Camera", false);
  await expect.poll(() => aoi.others()).toEqual([["camera", "microphone"], ["microphone"]]);
  await aoi.sees(1);
  await hana.turns("Microphone", false);
  await expect.poll(() => aoi.others()).toEqual([["camera", "microphone"], []]);
  await hana.turns("Camera", true);
  await aoi.sees(2);
  await hana.leaves();
  await aoi.sees(1);
  expect((await aoi.call()).members.length).toBe(2);
});

test("media goes on while the board's connection is away, and the page is who it was when it is back", async ({ people }) => {
  const aoi = await Caller.joins(await people.join());
  const ken = await Caller.joins(await people.join());
  await aoi.sees(1);
  const was = await aoi.member();
  const { page } = aoi.board;
  await page.context().setOffline(true);
  await page.waitForFunction(() => window.kakehashi!.status() !== "live");
  await Promise.all([aoi.receives(), ken.receives()]);
  await page.context().setOffline(false);
  await page.waitForFunction(() => window.kakehashi!.status() === "live");
  await Promise.all([aoi.receives(), ken.receives()]);
  expect(await aoi.member()).toBe(was);
  // What is asked goes out again.
  await aoi.turns("Camera", false);
  await ken.sees(0);
});

test("after a server that was started again all are in the call as before", async ({ people, server }) => {
  const aoi = await Caller.joins(await people.join());
  const ken = await Caller.joins(await people.join());
  await aoi.sees(1);
  await server.kill();
  await server.up();
  await expect.poll(async () => (await aoi.call()).members.length, { timeout: 20_000 }).toBe(2);
  await Promise.all([aoi.receives(), ken.receives()]);
  expect((await aoi.call()).state).toBe("in");
});

test("whoever may use no camera joins all the same", async ({ people }) => {
  const aoi = await Caller.joins(await people.join());
  const page = await people.page();
  await page.addInitScript(() => {
    const { mediaDevices } = navigator;
    const open = mediaDevices.getUserMedia.bind(mediaDevices);
    mediaDevices.getUserMedia = (wish) => (wish?.video === undefined ? open(wish) : Promise.reject(new DOMException("Permission denied", "NotAllowedError")));
  });
  await page.goto(people.address());
  const ken = await Caller.joins(await BoardPage.of(page));
  await ken.sees(1);
  await ken.receives();
  await expect.poll(() => aoi.others()).toEqual([["microphone"]]);
});

test("who leads makes all silent, and they may speak again", async ({ people, server }) => {
  const lesson = await Class.begin(people, server, "Aoi");
  const ken = await Caller.joins(await lesson.comes("Ken"));
  const aoi = await Caller.joins(lesson.teacher);
  await expect.poll(() => aoi.others()).toEqual([["camera", "microphone"]]);
  await aoi.board.page.getByRole("button", { name: "More about the call" }).click();
  await aoi.board.page.getByRole("menuitem", { name: "Mute all" }).click();
  await expect.poll(() => aoi.others()).toEqual([["camera"]]);
  await expect(ken.board.page.getByRole("button", { name: "Microphone", exact: true })).toHaveAttribute("aria-pressed", "false");
  await ken.turns("Microphone", true);
  await expect.poll(() => aoi.others()).toEqual([["camera", "microphone"]]);
});
