/** The call of a board: who joins hears and sees the others, and goes on doing so when connections break. */
import type { Page, WebSocketRoute } from "@playwright/test";
import { BoardPage } from "./support/board-page";
import { Caller } from "./support/caller";
import { Class } from "./support/class";
import { expect, test } from "./support/fixtures";
import { gaps, watch, watchable, ways } from "./support/watching";

/** Packets of media that a server has passed on. */
async function forwarded(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(/^kakehashi_call_packets_total (\d+)/m.exec(metrics)?.[1]);
}

/** A page's way to its board, which can be cut; media has a way of its own. */
class Way {
  #away = false;
  #open: WebSocketRoute | undefined;

  static async of(page: Page): Promise<Way> {
    const way = new Way();
    await page.routeWebSocket(/\/socket$/, (socket) => {
      if (way.#away) {
        void socket.close();
        return;
      }
      socket.connectToServer();
      way.#open = socket;
    });
    return way;
  }

  async cut(): Promise<void> {
    this.#away = true;
    await this.#open?.close();
  }

  mend(): void {
    this.#away = false;
  }
}

test("two hear and see each other, a third is seen when they come, and what is muted is seen to be", async ({ people }) => {
  const aoi = await Caller.joins(await people.join());
  const ken = await Caller.joins(await people.join());
  await Promise.all([aoi.sees(1), ken.sees(1)]);
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

test("a face in a window of its own stays there, and goes when its camera does", async ({ people }) => {
  const aoi = await Caller.joins(await people.join());
  const ken = await Caller.joins(await people.join());
  await aoi.sees(1);
  const { page } = aoi.board;
  const frames = (): Promise<number | null> =>
    page.evaluate(() => (document.pictureInPictureElement as HTMLVideoElement | null)?.getVideoPlaybackQuality().totalVideoFrames ?? null);
  expect(await frames()).toBeNull();
  await page.locator(".call-tiles .call-tile").first().getByRole("button").click();
  await page.getByRole("menuitem", { name: "In a window of its own" }).click();
  await expect.poll(frames, { timeout: 30_000 }).toBeGreaterThan(5);
  await ken.turns("Camera", false);
  await expect.poll(frames).toBeNull();
});

test("where nothing but the server's own port is let through, media passes by it", async ({ people }) => {
  const page = await people.page();
  await page.addInitScript(() => {
    const made: RTCPeerConnection[] = [];
    window.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        const servers = (configuration?.iceServers ?? []).map((server) => ({ ...server, urls: [server.urls].flat().filter((url) => url.endsWith("transport=tcp")) }));
        super({ ...configuration, iceServers: servers.filter(({ urls }) => urls.length > 0), iceTransportPolicy: "relay" });
        made.push(this);
      }
    };
    Object.assign(window, { made });
  });
  await page.goto(people.address());
  const aoi = await Caller.joins(await BoardPage.of(page));
  const ken = await Caller.joins(await people.join());
  await Promise.all([aoi.sees(1), ken.sees(1)]);
  await Promise.all([aoi.receives(), ken.receives()]);

  const used = await page.evaluate(async () => {
    const { made } = window as unknown as { readonly made: readonly RTCPeerConnection[] };
    const ways = [];
    for (const connection of made) {
      const stats = [...(await connection.getStats()).values()];
      const pair = stats.find(({ id }) => id === stats.find(({ type }) => type === "transport")?.selectedCandidatePairId);
      const local = stats.find(({ id }) => id === pair?.localCandidateId);
      if (local !== undefined) ways.push([local.candidateType, local.relayProtocol, new URL(local.url.replace("turn:", "http://")).port === location.port]);
    }
    return ways;
  });
  // The two have no way to each other: what relays leads to the server alone.
  expect(used).toEqual([["relay", "tcp", true]]);
});

test("media goes on while the board's connection is away, and is back soon after a server that was started again", async ({ people, server }) => {
  test.slow();
  const page = await people.page();
  const way = await Way.of(page);
  await page.goto(people.address());
  const aoi = await Caller.joins(await BoardPage.of(page));
  const ken = await Caller.joins(await people.join());
  await aoi.sees(1);
  const was = await aoi.member();

  await way.cut();
  await expect.poll(() => aoi.board.status()).not.toBe("live");
  await Promise.all([aoi.receives(), ken.receives()]);
  await aoi.turns("Microphone", false);
  expect((await aoi.call()).state).toBe("in");
  way.mend();
  await expect.poll(() => aoi.board.status(), { timeout: 20_000 }).toBe("live");
  // What was not heard meanwhile is said again, by who it was before.
  await expect.poll(() => ken.others()).toEqual([["camera"]]);
  expect(await aoi.member()).toBe(was);
  await aoi.turns("Microphone", true);

  await server.kill();
  await server.up();
  await expect.poll(() => aoi.others(), { timeout: 20_000 }).toEqual([["camera", "microphone"]]);
  await Promise.all([aoi.receives(), ken.receives()]);
  expect([(await aoi.call()).state, (await ken.call()).state]).toEqual(["in", "in"]);
});

test("whoever may use no camera joins all the same; who leads makes all silent, and they may speak again", async ({ people, server }) => {
  const lesson = await Class.begin(people, server, "Aoi");
  const pupil = await lesson.comes("Ken");
  await pupil.page.evaluate(() => {
    const { mediaDevices } = navigator;
    const open = mediaDevices.getUserMedia.bind(mediaDevices);
    mediaDevices.getUserMedia = (wish) => (wish?.video === undefined ? open(wish) : Promise.reject(new DOMException("Permission denied", "NotAllowedError")));
  });
  const ken = await Caller.joins(pupil);
  const aoi = await Caller.joins(lesson.teacher);
  await ken.sees(1);
  await ken.receives();
  await expect.poll(() => aoi.others()).toEqual([["microphone"]]);

  await aoi.board.page.getByRole("button", { name: "More about the call" }).click();
  await aoi.board.page.getByRole("menuitem", { name: "Mute all" }).click();
  await expect.poll(() => aoi.others()).toEqual([[]]);
  await expect(ken.board.page.getByRole("button", { name: "Microphone", exact: true })).toHaveAttribute("aria-pressed", "false");
  await ken.turns("Microphone", true);
  await expect.poll(() => aoi.others()).toEqual([["microphone"]]);
});

test("two talk directly, and go on by the server without a gap when a third joins", async ({ people, server }) => {
  // A machine with too much to do looks like a line that is full, and such a line makes no pair for 90 s.
  test.slow();
  const come = async (): Promise<Caller> => {
    const page = await people.page();
    await watchable(page);
    await page.goto(people.address());
    return Caller.joins(await BoardPage.of(page));
  };
  const aoi = await come();
  const ken = await come();
  const two = [aoi, ken];
  await Promise.all(two.map((caller) => caller.sees(1)));
  await expect.poll(async () => (await Promise.all(two.map((caller) => caller.call()))).map(({ direct }) => direct), { timeout: 110_000 }).toEqual([true, true]);

  const [mine, theirs] = await Promise.all(two.map((caller) => ways(caller.board.page)));
  const direct = mine?.filter(({ local, remote }) => theirs?.some((way) => way.local === remote && way.remote === local));
  expect(direct?.length, "one goes from page to page").toBe(1);
  expect(mine?.filter((way) => !direct?.includes(way)), "the other to the server, by nothing that is slower").toMatchObject([{ by: "host udp" }]);
  await Promise.all(two.map((caller) => caller.receives()));
  const before = await forwarded(server.url);
  await Promise.all(two.map((caller) => watch(caller.board.page)));
  await Promise.all(two.map((caller) => caller.receives()));
  await aoi.board.page.waitForTimeout(1_500);
  const after = await forwarded(server.url);
  expect(after - before, "packets that the server passes on while they talk directly").toBeLessThan(20);
  const steady = await Promise.all(two.map((caller) => gaps(caller.board.page)));

  // What is heard then is what the two say.
  const hana = await people.join();
  await hana.page.evaluate(() => {
    const { mediaDevices } = navigator;
    const open = mediaDevices.getUserMedia.bind(mediaDevices);
    mediaDevices.getUserMedia = (wish) => (wish?.audio === undefined ? open(wish) : Promise.reject(new DOMException("Permission denied", "NotAllowedError")));
  });
  const third = await Caller.joins(hana);
  await Promise.all([...two, third].map((caller) => caller.sees(2)));
  await expect.poll(async () => (await Promise.all(two.map((caller) => caller.call()))).map(({ direct }) => direct)).toEqual([false, false]);
  await expect.poll(async () => (await Promise.all(two.map((caller) => ways(caller.board.page)))).map(({ length }) => length), "only the way to the server is left").toEqual([1, 1]);
  await Promise.all([third.receives(), aoi.board.page.waitForTimeout(1_000)]);
  const turning = await Promise.all(two.map((caller) => gaps(caller.board.page)));
  test.info().annotations.push({ type: "gaps, ms", description: JSON.stringify({ steady, turning }) });
  console.log(JSON.stringify({ forwarded: after - before, steady, turning }));
  // How long exactly is a figure of a quiet machine; what fails here is a page that is left without the other.
  for (const { picture, voice } of turning) {
    expect(picture, "ms without a picture").toBeLessThan(5_000);
    expect(voice, "ms without a voice").toBeLessThan(5_000);
  }
});
