/** What was done on this server: who let in, removed, opened and closed doors, exported. */
import { useState } from "preact/hooks";
import { words } from "../words";
import { ask, type AuditEntry, sentenceOf } from "./requests";
import { dayAndTime } from "./time";
import { useAsked } from "./use-asked";

/** Entries of one answer of the server. */
const PAGE = 200;

const askAudit = () => ask<readonly AuditEntry[]>("GET", "audit");

export function AuditList() {
  const { value: newest, problem } = useAsked(askAudit);
  const [older, setOlder] = useState<readonly AuditEntry[]>([]);
  const [refused, setRefused] = useState<string | null>(null);
  const [ended, setEnded] = useState(false);
  const entries = [...(newest ?? []), ...older];
  const last = entries.length > 0 ? entries[entries.length - 1] : undefined;
  const more = async (before: number): Promise<void> => {
    const found = await ask<readonly AuditEntry[]>("GET", `audit?before=${before}`);
    setOlder([...older, ...found]);
    setEnded(found.length < PAGE);
  };
  const acts: Readonly<Record<string, string>> = words.auditActs;
  const wrong = refused ?? problem;
  return (
    <section class="people-card" aria-labelledby="people-audit">
      <h2 id="people-audit">{words.audit}</h2>
      <p class="hint">{words.auditHint}</p>
      {wrong !== null && (
        <p class="people-problem" role="alert">
          {wrong}
        </p>
      )}
      <ul class="people-list audit">
        {entries.map((entry) => (
          <li key={entry.entry} class="people-row">
            <span class="audit-time">{dayAndTime(entry.at_ms)}</span>
            <span class="audit-act">{acts[entry.act] ?? entry.act}</span>
            <span class="audit-who">{entry.who}</span>
            <span class="audit-what">{[entry.what, entry.board].filter((part) => part !== null && part !== "").join(" · ")}</span>
          </li>
        ))}
      </ul>
      {last !== undefined && entries.length >= PAGE && !ended && (
        <button type="button" onClick={() => void more(last.entry).catch((error: unknown) => setRefused(sentenceOf(error)))}>
          {words.olderEntries}
        </button>
      )}
    </section>
  );
}
