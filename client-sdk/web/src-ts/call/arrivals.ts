/** What has come by a receiver lately: the browser says it without a question to be waited for. */

/** When something was last played or shown of what came, by the browser's clock; 0: not of late. */
export function arrivedAt(receiver: RTCRtpReceiver): number {
  return Math.max(0, ...sources(receiver).map(({ timestamp }) => timestamp));
}

/** How loud it is: 0 to 1, as the sender says it in each packet. */
export function loudnessOf(receiver: RTCRtpReceiver): number {
  return Math.max(0, ...sources(receiver).map(({ audioLevel = 0 }) => audioLevel));
}

function sources(receiver: RTCRtpReceiver): RTCRtpSynchronizationSource[] {
  return typeof receiver.getSynchronizationSources === "function" ? receiver.getSynchronizationSources() : [];
}
