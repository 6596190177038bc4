/** One picture of the call in a small window of its own (picture in picture), which stays in sight over other programs. */
import type { CallPicture, CallWish } from "@kakehashi/client";
import { type Store, store } from "../../state/store";

/** CSS pixels; browsers do not say how high they show it before it is shown. */
const WINDOW_HEIGHT = 240;

export interface InWindow {
  readonly member: number;
  readonly source: "camera" | "screen";
}

/** `ratio`: device pixels of a CSS pixel. */
export function windowWish({ member, source }: InWindow, ratio: number): CallWish {
  return { member, source, height: Math.round(WINDOW_HEIGHT * ratio) };
}

export class PictureWindow {
  readonly shown: Store<InWindow | null> = store<InWindow | null>(null);
  /** Not on the page, so that it stays when tiles come and go. */
  private video: HTMLVideoElement | null = null;

  static possible(): boolean {
    return typeof document !== "undefined" && document.pictureInPictureEnabled === true;
  }

  async show({ member, source, stream }: CallPicture): Promise<void> {
    const video = this.video ?? this.make();
    this.shown.set({ member, source });
    try {
      if (video.srcObject !== stream) {
        video.srcObject = stream;
        await video.play();
      }
      await video.requestPictureInPicture();
    } catch (error) {
      console.warn(error);
      this.shown.set(null);
    }
  }

  /** The picture's stream is another one, or there is none any more. */
  follow(pictures: readonly CallPicture[]): void {
    const now = this.shown.get();
    if (now === null || this.video === null) return;
    const picture = pictures.find(({ member, source }) => member === now.member && source === now.source);
    if (picture === undefined) this.close();
    else if (this.video.srcObject !== picture.stream) this.video.srcObject = picture.stream;
  }

  close(): void {
    this.shown.set(null);
    if (this.video === null) return;
    if (document.pictureInPictureElement === this.video) document.exitPictureInPicture().catch((error: unknown) => console.warn(error));
    this.video.srcObject = null;
    this.video = null;
  }

  private make(): HTMLVideoElement {
    const video = document.createElement("video");
    video.muted = true;
    video.playsInline = true;
    video.autoplay = true;
    video.addEventListener("leavepictureinpicture", () => this.close());
    this.video = video;
    return video;
  }
}
