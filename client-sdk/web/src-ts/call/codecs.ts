/** How each source is encoded, and which codecs are offered for it. */
import type { CallSource } from "../api-call.js";
import type { Thrift } from "./uplink.js";

/** Of a camera in its full size, bits a second. */
const CAMERA_BITS_MAX = 1_200_000;

/** What others want of a picture: the largest size that any of them is sent, none at all, and how they take it. */
export interface Demand {
  readonly largest: Size | null;
  readonly codec: "vp8" | "h264";
}

/** The sizes of a camera, in the order of its encodings. */
const SIZES = ["quarter", "half", "full"] as const;
export type Size = (typeof SIZES)[number];

/** What is taken to be wanted until something else is told. */
export const ALL: Demand = { largest: "full", codec: "vp8" };

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

/** The same encodings as a page sends them whose line holds little, and of whose pictures others want so much. */
export function shape(source: CallSource, thrift: Thrift, { largest, codec }: Demand, encodings: RTCRtpEncodingParameters[]): void {
  const wanted = largest === null ? -1 : SIZES.indexOf(largest);
  encodings.forEach((encoding, at) => {
    if (source === "microphone") encoding.maxBitrate = thrift === "none" ? VOICE : VOICE_SLIM;
    if (source !== "camera" && source !== "screen") return;
    encoding.active = largest !== null;
    encode(encoding, codec);
    if (source === "screen") return;
    encoding.active = at <= wanted && (thrift === "none" || (thrift === "some" && at === 0));
    const { maxBitrate } = CAMERA[at] ?? {};
    if (maxBitrate !== undefined) encoding.maxBitrate = thrift === "none" ? maxBitrate : Math.min(maxBitrate, SMALL_SLIM);
  });
}

/**
 * Says how to encode, where that is not what was negotiated first and the browser lets one. Once said it is not unsaid:
 * Chromium goes on with what it was told last.
 */
function encode(encoding: RTCRtpEncodingParameters & { codec?: RTCRtpCodec }, codec: Demand["codec"]): void {
  if (codec === "vp8" && encoding.codec === undefined) return;
  const known = capabilities("video")?.codecs.find((one) => one.mimeType.toLowerCase() === `video/${codec}` && isPlain(one));
  if (known !== undefined) encoding.codec = known;
}

/** Whether this device shows H.264 smoothly and VP8 not, as panels do that decode only the one in hardware. */
export async function ratherH264(): Promise<boolean> {
  const smooth = async (contentType: string): Promise<boolean> => {
    const video = { contentType, width: 1_280, height: 720, bitrate: CAMERA_BITS_MAX, framerate: 30 };
    const info = await navigator.mediaCapabilities.decodingInfo({ type: "webrtc", video });
    return info.supported && info.smooth;
  };
  try {
    return !(await smooth("video/VP8")) && (await smooth("video/H264"));
  } catch {
    // A browser that cannot be asked shows what all show.
    return false;
  }
}

/** The codecs that a call speaks, the most wanted first. Others would make descriptions long and carry nothing. */
const SPOKEN = {
  audio: ["audio/red", "audio/opus"],
  video: ["video/vp8", "video/h264", "video/rtx"],
} as const;

function capabilities(kind: "audio" | "video"): RTCRtpCapabilities | null {
  return typeof RTCRtpReceiver.getCapabilities === "function" ? RTCRtpReceiver.getCapabilities(kind) : null;
}

/** Orders the codecs of a media section, where the browser lets one; elsewhere the server chooses among all. */
export function preferCodecs(transceiver: RTCRtpTransceiver, kind: "audio" | "video", h264First = false): void {
  const known = capabilities(kind);
  if (known === null || typeof transceiver.setCodecPreferences !== "function") return;
  const spoken = kind === "video" && h264First ? ["video/h264", "video/vp8", "video/rtx"] : SPOKEN[kind];
  const codecs = spoken.flatMap((name) => known.codecs.filter((codec) => codec.mimeType.toLowerCase() === name && isPlain(codec)));
  if (codecs.length > 0) transceiver.setCodecPreferences(codecs);
}

/** H.264 in the one form that every panel decodes: constrained baseline in packets of any size. */
function isPlain({ mimeType, sdpFmtpLine }: RTCRtpCodec): boolean {
  if (mimeType.toLowerCase() !== "video/h264") return true;
  return sdpFmtpLine !== undefined && /packetization-mode=1/.test(sdpFmtpLine) && /profile-level-id=42e0/i.test(sdpFmtpLine);
}
