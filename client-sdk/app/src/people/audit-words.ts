/** What an entry of the log says beside its act, in words: the server writes it once, for every language. */
import { words } from "../words";
import type { AuditEntry } from "./requests";

const OPEN = ", open";

type InWords = (what: string) => string;

const IN_WORDS: Readonly<Record<string, InWords>> = {
  invited: (what) => after(words.invitationNumber(what), rights),
  "invitation-revoked": (what) => after(words.invitationNumber(what), rights),
  joined: (what) => what.replace(/^invitation (\d+)$/, (_, number: string) => words.invitationNumber(number)),
  password: () => words.byLink,
  account: (what) => after(what, (changed) => (changed.endsWith(OPEN) ? rights(changed.slice(0, -OPEN.length)) : words.closedAccount)),
  starts: (what) => (what === "anyone" ? words.startsAnyone : words.startsAccounts),
  door: (what) => (what === "closed" ? words.mayNot : what === "viewer" ? words.mayLook : words.mayWrite),
  "webhook-changed": (what) => webhook(what, (state) => (state === "enabled" ? words.webhookWorks : words.webhookOff)),
  "webhook-disabled": (what) => webhook(what, (why) => (why === "gone" ? words.webhookGone : words.webhookGivenUp)),
  "link-made": link,
  "link-revoked": link,
  "key-made": (what) =>
    after(what, (scopes) =>
      scopes
        .split(" ")
        .map((scope) => nameOf(words.scopes, scope))
        .join(" · "),
    ),
};

export function inWords({ act, what }: AuditEntry): string {
  const known = IN_WORDS[act];
  return what === "" || known === undefined ? what : known(what);
}

/** Says again what stands behind the last colon; before it is a name that somebody has chosen. */
function after(what: string, say: InWords): string {
  const colon = what.lastIndexOf(": ");
  return colon < 0 ? what : `${what.slice(0, colon)}: ${say(what.slice(colon + 2))}`;
}

/** Number and role of a link, and whether one waits behind it. */
function link(what: string): string {
  return after(words.linkNumber(what), (gives) => {
    const [role = "", lobby] = gives.split(", ");
    const name = nameOf(words.meeting.roles, role);
    return lobby === undefined ? name : `${name} · ${words.meeting.doorWaits}`;
  });
}

/** Says again what stands behind the last comma; before it is the host of an address. */
function webhook(what: string, say: InWords): string {
  const comma = what.lastIndexOf(", ");
  return `${what.slice(0, comma)} · ${say(what.slice(comma + 2))}`;
}

function rights(name: string): string {
  return name === "administrator" ? words.administrator : words.teacher;
}

function nameOf(names: Readonly<Record<string, string>>, name: string): string {
  return names[name] ?? name;
}
