/** The Chromium of those benchmarks that call: a camera that shows a pattern, nobody is asked, and addresses are told as they are. */
import { chromium } from "@playwright/test";

/**
 * @param {readonly string[]} more arguments beside those
 * @param {string} [executablePath] another Chromium than the system's own
 */
export function launchCaller(more, executablePath = process.env["KAKEHASHI_CHROMIUM"] ?? "/usr/bin/chromium") {
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--use-fake-device-for-media-stream=fps=15",
      "--use-fake-ui-for-media-stream",
      // The last three are for pages that are routed from elsewhere to an address of this machine.
      "--disable-features=WebRtcHideLocalIpsWithMdns,LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets,LocalNetworkAccessChecksWebRTC",
      ...more,
    ],
  });
}
