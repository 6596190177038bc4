/** The call of a board: who joins hears and sees the others, and goes on doing so when connections break. */
import type { Page, WebSocketRoute } from "@playwright/test";
import { BoardPage } from "./support/board-page";
import { Caller } from "./support/caller";
import { act, Class, section } from "./support/class";
import { expect, test } from "./support/fixtures";
import { gaps, watch, watchable, ways } from "./support/watching";

// A machine with too much to do looks like a line that is full, and then pictures may be late by half a minute.
test.describe.configure({ timeout: 150_000 });

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

test("a card in the call shows what is so, a microphone that fails is told of, and whoever is removed lets their devices go", async ({ people, server }) => {
  const lesson = await Class.begin(people, server, "Aoi");
  const pupil = await lesson.comes("Ken");
  const { page } = pupil;
  // What is lent of devices, and a microphone that another program can have.
  await page.evaluate(() => {
    const { mediaDevices } = navigator;
    const open = mediaDevices.getUserMedia.bind(mediaDevices);
    const lent: MediaStreamTrack[] = [];
    Object.assign(window, { lent, isBusy: false });
    mediaDevices.getUserMedia = async (wish) => {
      if (wish?.audio !== undefined && Reflect.get(window, "isBusy") === true) throw new DOMException("Could not start audio source", "NotReadableError");
      const stream = await open(wish);
      lent.push(...stream.getTracks());
      return stream;
    };
  });
  const busy = (is: boolean): Promise<unknown> => page.evaluate((now) => Object.assign(window, { isBusy: now }), is);
  const live = (): Promise<string[]> => page.evaluate(() => (Reflect.get(window, "lent") as MediaStreamTrack[]).filter(({ readyState }) => readyState === "live").map(({ kind }) => kind).sort());
  const ken = await Caller.joins(pupil);
  const aoi = await Caller.joins(lesson.teacher);
  await expect.poll(() => aoi.others()).toEqual([["camera", "microphone"]]);

  await aoi.board.page.getByRole("button", { name: "More about the call" }).click();
  await aoi.board.page.getByRole("menuitem", { name: "Mute all" }).click();
  await page.getByRole("button", { name: "More about the call" }).click();
  await page.getByRole("menuitem", { name: "Choose devices…" }).click();
  const card = page.getByRole("dialog", { name: "Call" });
  const inCard = (name: string) => card.getByRole("button", { name, exact: true });
  await expect(inCard("Microphone")).toHaveAttribute("aria-pressed", "false");
  await expect(inCard("Camera")).toHaveAttribute("aria-pressed", "true");
  await inCard("Microphone").click();
  await expect.poll(() => aoi.others()).toEqual([["camera", "microphone"]]);
  await page.keyboard.press("Escape");

  // It is pulled out, and the other one is another program's.
  await busy(true);
  await page.evaluate(() => (Reflect.get(window, "lent") as MediaStreamTrack[]).filter(({ kind }) => kind === "audio").forEach((track) => track.dispatchEvent(new Event("ended"))));
  await expect(page.locator(".toast").filter({ hasText: "You are not heard: another program uses the microphone." })).toBeVisible();
  await expect.poll(() => aoi.others()).toEqual([["camera"]]);
  await ken.leaves();
  await expect.poll(live).toEqual([]);
  // From here one joined before: one tap is enough, and there is no card to say so.
  await expect(page.locator(".toast")).toHaveCount(0);
  await page.getByRole("button", { name: "Join call" }).click();
  await expect(page.locator(".toast").filter({ hasText: "You are not heard: another program uses the microphone." })).toBeVisible();
  await busy(false);
  await ken.turns("Microphone", true);
  await expect.poll(live).toEqual(["audio", "video"]);

  await section(lesson.teacher, "People");
  await act(lesson.teacher, "Ken", "Remove…");
  await lesson.teacher.page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(page.getByRole("heading", { name: "You are no longer on this board" })).toBeVisible();
  await expect.poll(live).toEqual([]);
  await expect.poll(() => aoi.others()).toEqual([]);
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
