import { describe, expect, it } from "vitest";
import { countersOf, lineUpOf, routeOf } from "../../src-ts/call/statistics";

const report = (...entries: object[]): RTCStatsReport => new Map(entries.map((entry, at) => [(entry as { id?: string }).id ?? String(at), entry])) as unknown as RTCStatsReport;

describe("what a browser counts", () => {
  it("is added up over all streams, and what it does not know is nothing", () => {
    expect(
      countersOf(
        report(
          { type: "inbound-rtp", kind: "video", framesDecoded: 3, bytesReceived: 10 },
          { type: "inbound-rtp", kind: "audio", totalSamplesReceived: 480, concealedSamples: 4, bytesReceived: 5 },
          { type: "inbound-rtp", kind: "audio", totalSamplesReceived: 20, concealedSamples: 1, totalAudioEnergy: 0.5 },
          { type: "outbound-rtp", kind: "video", framesEncoded: 7, bytesSent: 8 },
          { type: "remote-inbound-rtp", bytesReceived: 99 },
        ),
      ),
    ).toEqual({ framesDecoded: 3, samplesReceived: 500, samplesConcealed: 5, audioEnergy: 0.5, bytesReceived: 15, framesSent: 7, bytesSent: 8 });
  });
});

describe("how media travels", () => {
  const through = (local: object, pair: object = {}) =>
    routeOf(report({ type: "candidate-pair", id: "other", localCandidateId: "none" }, { type: "transport", selectedCandidatePairId: "pair" }, { type: "candidate-pair", id: "pair", localCandidateId: "local", ...pair }, { type: "local-candidate", id: "local", ...local }));

  it("is what the selected pair says", () => {
    expect(through({ candidateType: "host", protocol: "udp" }, { currentRoundTripTime: 0.25 })).toEqual({ over: "udp", turned: false, direct: false, roundTrip: 250 });
    expect(through({ candidateType: "host", protocol: "tcp" })).toEqual({ over: "tcp", turned: false, direct: false, roundTrip: null });
    expect(through({ candidateType: "relay", protocol: "udp", relayProtocol: "tls" })).toEqual({ over: "tcp", turned: true, direct: false, roundTrip: null });
  });

  it("is not known before there is one", () => {
    expect(routeOf(report({ type: "transport" }, { type: "candidate-pair", id: "pair", localCandidateId: "local" }))).toBeNull();
  });
});

describe("the line up", () => {
  it("is what the pair in use and those who receive say, the shortest way and the most that is lost", () => {
    expect(
      lineUpOf(
        report(
          { type: "candidate-pair", currentRoundTripTime: 0.001 },
          { type: "candidate-pair", currentRoundTripTime: 0.3, availableOutgoingBitrate: 90_000 },
          { type: "remote-inbound-rtp", roundTripTime: 0.25, fractionLost: 0.125 },
          { type: "remote-inbound-rtp", fractionLost: 0.5 },
          { type: "remote-inbound-rtp" },
        ),
      ),
    ).toEqual({ bits: 90_000, roundTrip: 250, lost: 0.5 });
    expect(lineUpOf(report({ type: "candidate-pair", currentRoundTripTime: 0.3 }))).toEqual({ bits: null, roundTrip: null, lost: null });
  });
});
