/** What somebody on a page hears and sees of a call as it goes on: how long nothing came of it, by the browser's own count. */
import type { Page } from "@playwright/test";

/** The longest times in which nothing came, milliseconds. */
export interface Gaps {
  /** Between two polls in which frames were decoded of the picture that is shown. */
  readonly picture: number;
  /** Between two polls in which samples came of a voice that is played, and were not made up. */
  readonly voice: number;
  /** Samples of voices that were played and made up, and all that were played. */
  readonly concealed: number;
  readonly samples: number;
}

/** The ways that media goes: the ports of the selected pairs of candidates, and by what the page's own end is reached, as "host udp". */
export interface Way {
  readonly local: number;
  readonly remote: number;
  readonly by: string;
}

interface Watched extends Window {
  connections: RTCPeerConnection[];
  sounds: HTMLAudioElement[];
  watching: ReturnType<typeof setInterval>;
  gaps: { picture: number; voice: number; concealed: number; samples: number };
}

/** To be called before the page loads the app: connections and sounds that it makes can be looked at then. */
export async function watchable(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const shown = window as unknown as Watched;
    shown.connections = [];
    shown.sounds = [];
    const Connection = window.RTCPeerConnection;
    window.RTCPeerConnection = class extends Connection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        shown.connections.push(this);
      }
    };
    const Sound = window.Audio;
    window.Audio = function Audio(source?: string) {
      const sound = new Sound(source);
      shown.sounds.push(sound);
      return sound;
    } as unknown as typeof Audio;
  });
}

export function ways(page: Page): Promise<Way[]> {
  return page.evaluate(async () => {
    const found: Way[] = [];
    for (const connection of (window as unknown as Watched).connections) {
      if (connection.connectionState !== "connected") continue;
      const report = (await connection.getStats()) as unknown as ReadonlyMap<string, Record<string, unknown>>;
      for (const stats of report.values()) {
        if (stats["type"] !== "transport") continue;
        const pair = report.get(String(stats["selectedCandidatePairId"]));
        const port = (end: string): number => Number(report.get(String(pair?.[end]))?.["port"]);
        const own = report.get(String(pair?.["localCandidateId"]));
        found.push({ local: port("localCandidateId"), remote: port("remoteCandidateId"), by: `${String(own?.["candidateType"])} ${String(own?.["protocol"])}` });
      }
    }
    return found;
  });
}

/** Begins to count, of the pictures that are shown now and of all voices. */
export async function watch(page: Page): Promise<void> {
  await page.evaluate(() => {
    const shown = window as unknown as Watched;
    const videos = Array.from(document.querySelectorAll("video"));
    shown.gaps = { picture: 0, voice: 0, concealed: 0, samples: 0 };
    let before = new Map<string, { frames: number; samples: number; concealed: number }>();
    const last = { picture: performance.now(), voice: performance.now() };
    let polls = false;
    shown.watching = setInterval(() => {
      if (polls) return;
      polls = true;
      void (async () => {
        const now = new Map<string, { frames: number; samples: number; concealed: number }>();
        for (const connection of shown.connections) {
          if (connection.connectionState === "closed") continue;
          (await connection.getStats()).forEach((stats) => {
            if (stats.type !== "inbound-rtp") return;
            now.set(stats.trackIdentifier, { frames: stats.framesDecoded ?? 0, samples: stats.totalSamplesReceived ?? 0, concealed: stats.concealedSamples ?? 0 });
          });
        }
        const at = performance.now();
        const trackOf = (element: HTMLMediaElement): string | undefined => (element.srcObject as MediaStream | null)?.getTracks()[0]?.id;
        const grown = (track: string | undefined, name: "frames" | "samples" | "concealed"): number => {
          const [one, other] = [before.get(track ?? ""), now.get(track ?? "")];
          return one === undefined || other === undefined ? 0 : other[name] - one[name];
        };
        if (videos.some((video) => grown(trackOf(video), "frames") > 0)) last.picture = at;
        const heard = shown.sounds.filter((sound) => !sound.muted && sound.srcObject !== null).map(trackOf);
        if (heard.some((track) => grown(track, "samples") > grown(track, "concealed"))) {
          last.voice = at;
          // A place that carries nobody's voice makes up silence all the time.
          for (const track of heard.filter((track) => grown(track, "samples") > grown(track, "concealed"))) {
            shown.gaps.samples += grown(track, "samples");
            shown.gaps.concealed += grown(track, "concealed");
          }
        }
        shown.gaps.picture = Math.max(shown.gaps.picture, at - last.picture);
        shown.gaps.voice = Math.max(shown.gaps.voice, at - last.voice);
        before = now;
        polls = false;
      })();
    }, 50);
  });
}

/** What was counted since it began, or since this was called last. */
export function gaps(page: Page): Promise<Gaps> {
  return page.evaluate(() => {
    const shown = window as unknown as Watched;
    const counted = shown.gaps;
    shown.gaps = { picture: 0, voice: 0, concealed: 0, samples: 0 };
    return counted;
  });
}

/** A stream of pictures that a page sends. */
export interface Sending {
  /** Which of a camera's sizes, if it is one of several. */
  readonly rid: string | undefined;
  readonly codec: string;
}

/** The streams of pictures that went up within a second, small to large. */
export function sending(page: Page): Promise<Sending[]> {
  return page.evaluate(async () => {
    const look = async (): Promise<Map<string, Sending & { readonly packets: number }>> => {
      const found = new Map<string, Sending & { readonly packets: number }>();
      for (const connection of (window as unknown as Watched).connections) {
        if (connection.connectionState !== "connected") continue;
        const report = (await connection.getStats()) as unknown as ReadonlyMap<string, Record<string, unknown>>;
        for (const [id, stats] of report) {
          if (stats["type"] !== "outbound-rtp" || stats["kind"] !== "video") continue;
          const codec = String(report.get(String(stats["codecId"]))?.["mimeType"]);
          found.set(id, { rid: stats["rid"] as string | undefined, codec, packets: Number(stats["packetsSent"]) });
        }
      }
      return found;
    };
    const before = await look();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const sent = [...(await look())].filter(([id, { packets }]) => packets > (before.get(id)?.packets ?? 0)).map(([, { rid, codec }]) => ({ rid, codec }));
    const order = ["q", "h", "f"];
    return sent.sort((one, other) => order.indexOf(one.rid ?? "") - order.indexOf(other.rid ?? ""));
  });
}
