/** What nobody sees of a camera does not go up, and a panel that shows H.264 alone smoothly is sent that. */
import { BoardPage } from "./support/board-page";
import { Caller } from "./support/caller";
import { expect, test } from "./support/fixtures";
import { sending, watchable } from "./support/watching";

test("of a camera goes up what somebody sees, in the codec that all can show", async ({ people }) => {
  test.setTimeout(240_000);
  const come = async (panel = false): Promise<Caller> => {
    const page = await people.page();
    await watchable(page);
    if (panel) {
      await page.addInitScript(() => {
        const { mediaCapabilities } = navigator;
        const asked = mediaCapabilities.decodingInfo.bind(mediaCapabilities);
        mediaCapabilities.decodingInfo = async (wanted) => ({ ...(await asked(wanted)), smooth: !(wanted.video?.contentType ?? "").endsWith("VP8") });
      });
    }
    await page.goto(people.address());
    return Caller.joins(await BoardPage.of(page));
  };
  const three = [await come(), await come(), await come()];
  const [aoi] = three as [Caller, Caller, Caller];
  await Promise.all(three.map((caller) => caller.sees(2)));
  await Promise.all(three.map((caller) => caller.receives()));
  const sizes = async (): Promise<(string | undefined)[]> => (await sending(aoi.board.page)).map(({ rid }) => rid);
  // Three tiles beside a board are small.
  await expect.poll(sizes, { timeout: 30_000 }).toEqual(["q"]);
  await aoi.receives();

  // The others fold their pictures away.
  for (const other of three.slice(1)) await other.board.page.getByRole("button", { name: "Put the pictures away" }).click();
  await expect.poll(sizes, { timeout: 30_000 }).toEqual([]);
  for (const other of three.slice(1)) await other.board.page.getByRole("button", { name: "Show the pictures" }).click();
  await Promise.all(three.map((caller) => caller.receives()));
  // A tile may be larger for a moment as it comes, and less is sent 10 s after more was.
  await expect.poll(sizes, { timeout: 30_000 }).toEqual(["q"]);

  const codecs = async (): Promise<Set<string>> => new Set((await Promise.all(three.map((caller) => sending(caller.board.page)))).flat().map(({ codec }) => codec));
  await expect.poll(codecs).toEqual(new Set(["video/VP8"]));
  const panel = await come(true);
  await expect.poll(codecs, { timeout: 30_000 }).toEqual(new Set(["video/H264"]));
  await Promise.all([...three, panel].map((caller) => caller.receives()));
  await panel.leaves();
  await expect.poll(codecs, { timeout: 30_000 }).toEqual(new Set(["video/VP8"]));
  await Promise.all(three.map((caller) => caller.receives()));
});
