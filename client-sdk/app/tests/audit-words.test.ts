import { describe, expect, it } from "vitest";
import { inWords } from "../src/people/audit-words";
import { tables, words } from "../src/words";

const said = (act: string, what: string): string => inWords({ entry: 1, at_ms: 0, who: "aoi", board: null, act, what });

describe("what the log says beside an act", () => {
  it("is in words, whatever names stand before them", () => {
    expect(words).toBe(tables.en);
    expect(said("invited", "4: account")).toBe("Invitation 4: Teacher or staff");
    expect(said("invitation-revoked", "4: administrator")).toBe("Invitation 4: Administrator");
    expect(said("joined", "invitation 4")).toBe("Invitation 4");
    expect(said("joined", "Ken at the provider")).toBe("Ken at the provider");
    expect(said("password", "link")).toBe("By a link from an administrator");
    expect(said("account", "ken: administrator, open")).toBe("ken: Administrator");
    expect(said("account", "ken: account, closed")).toBe("ken: Closed");
    expect(said("starts", "accounts")).toBe("Those who sign in");
    expect(said("door", "closed")).toBe("Stays out");
    expect(said("link-made", "7: viewer")).toBe("Link 7: Viewer");
    expect(said("link-revoked", "7: member, lobby")).toBe(`Link 7: Member · ${words.meeting.doorWaits}`);
    expect(said("link-revoked", "7")).toBe("Link 7");
    expect(said("key-made", "A: b (2): boards.read boards.start")).toBe("A: b (2): Read and download boards, and see my timetable · Start boards");
    expect(said("webhook-changed", "2: hooks.example:8443, enabled")).toBe("2: hooks.example:8443 · On");
    expect(said("webhook-disabled", "2: hooks.example, failing")).toBe("2: hooks.example · Off: nothing was delivered for five days");
  });

  it("stays as it is where it is a name, or of a newer server", () => {
    expect(said("removed", "Ken: (3)")).toBe("Ken: (3)");
    expect(said("set-up", "")).toBe("");
    expect(said("link-made", "7: conductor")).toBe("Link 7: conductor");
    expect(said("moved", "3: away")).toBe("3: away");
  });
});
