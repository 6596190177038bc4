/** How each source is encoded, and which codecs are offered for it. */
import type { CallSource } from "../api-call.js";
import type { Thrift } from "./uplink.js";

/** Of a camera in its full size, bits a second. */
const CAMERA_BITS_MAX = 1_200_000;

/** A camera is sent in three sizes, the smallest first; the server gives each reader the one that fits. */
const CAMERA: RTCRtpEncodingParameters[] = [
  { rid: "q", scaleResolutionDownBy: 4, maxBitrate: 120_000 },
  { rid: "h", scaleResolutionDownBy: 2, maxBitrate: 400_000 },
  { rid: "f", scaleResolutionDownBy: 1, maxBitrate: CAMERA_BITS_MAX },
];

/** A screen is read, so it is sharp rather than smooth. */
export const SCREEN_RATE_MAX = 8;
const SCREEN: RTCRtpEncodingParameters[] = [{ maxBitrate: 1_000_000, maxFramerate: SCREEN_RATE_MAX }];

/** What is sent to one other directly has one size: the largest. */
export function directEncodingsOf(source: CallSource): RTCRtpEncodingParameters[] | undefined {
  return source === "camera" ? [{ maxBitrate: CAMERA_BITS_MAX }] : encodingsOf(source);
}
/** Speech is clear at 24 kbit/s and understood at 16; each packet also holds the one before it. */
const VOICE = 24_000;
const VOICE_SLIM = 16_000;
/** Frames that are sent small and few are better than none. */
const SMALL_SLIM = 60_000;

export function encodingsOf(source: CallSource): RTCRtpEncodingParameters[] | undefined {
  switch (source) {
    case "camera":
      return CAMERA.map((encoding) => ({ ...encoding }));
    case "screen":
      return SCREEN.map((encoding) => ({ ...encoding }));
    case "microphone":
      return [{ maxBitrate: VOICE, priority: "high" }];
    default:
      return undefined;
  }
}

/** The same encodings as a thrifty page sends them. */
export function thrifty(source: CallSource, thrift: Thrift, encodings: RTCRtpEncodingParameters[]): void {
  encodings.forEach((encoding, at) => {
    if (source === "microphone") encoding.maxBitrate = thrift === "none" ? VOICE : VOICE_SLIM;
    if (source !== "camera") return;
    encoding.active = thrift === "none" || (thrift === "some" && at === 0);
    const { maxBitrate } = CAMERA[at] ?? {};
    if (maxBitrate !== undefined) encoding.maxBitrate = thrift === "none" ? maxBitrate : Math.min(maxBitrate, SMALL_SLIM);
  });
}

/** The codecs that a call speaks, the most wanted first. Others would make descriptions long and carry nothing. */
const SPOKEN = {
  audio: ["audio/red", "audio/opus"],
  video: ["video/vp8", "video/h264", "video/rtx"],
} as const;

/** Orders the codecs of a media section, where the browser lets one; elsewhere the server chooses among all. */
export function preferCodecs(transceiver: RTCRtpTransceiver, kind: "audio" | "video"): void {
  const known = typeof RTCRtpReceiver.getCapabilities === "function" ? RTCRtpReceiver.getCapabilities(kind) : null;
  if (known === null || typeof transceiver.setCodecPreferences !== "function") return;
  const codecs = SPOKEN[kind].flatMap((name) => known.codecs.filter((codec) => codec.mimeType.toLowerCase() === name && isPlain(codec)));
  if (codecs.length > 0) transceiver.setCodecPreferences(codecs);
}

/** H.264 in the one form that every panel decodes: constrained baseline in packets of any size. */
function isPlain({ mimeType, sdpFmtpLine }: RTCRtpCodec): boolean {
  if (mimeType.toLowerCase() !== "video/h264") return true;
  return sdpFmtpLine !== undefined && /packetization-mode=1/.test(sdpFmtpLine) && /profile-level-id=42e0/i.test(sdpFmtpLine);
}
