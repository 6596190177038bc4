/** What is changed in session descriptions by hand, where browsers have no call for it. */

const OPUS = { useinbandfec: "1", usedtx: "1" } as const;

/**
 * An answer after which the browser sends Opus that mends single losses by itself, and next to nothing in silence: what
 * is sent follows what the answer says it takes.
 */
export function sparingOpus(sdp: string): string {
  const types = new Set(Array.from(sdp.matchAll(/^a=rtpmap:(\d+) opus\/48000/gim), ([, type]) => type));
  const described = new Set<string>();
  // A type has its parameters in each media section anew.
  return sdp
    .split(/(?=^m=)/m)
    .map((section) => {
      described.clear();
      const set = section.replace(/^a=fmtp:(\d+) ([^\r\n]*)/gm, (line: string, type: string, parameters: string) => {
        if (!types.has(type)) return line;
        described.add(type);
        return `a=fmtp:${type} ${withParameters(parameters)}`;
      });
      return set.replace(/^a=rtpmap:(\d+) opus\/48000[^\r\n]*/gim, (line: string, type: string) => (described.has(type) ? line : `${line}\r\na=fmtp:${type} ${withParameters("")}`));
    })
    .join("");
}

function withParameters(parameters: string): string {
  const kept = parameters.split(";").map((parameter) => parameter.trim()).filter((parameter) => parameter !== "" && !((parameter.split("=")[0] ?? "") in OPUS));
  return [...kept, ...Object.entries(OPUS).map(([name, value]) => `${name}=${value}`)].join(";");
}
