/** What was done on this server: who let in, removed, opened and closed doors, exported. */
import { useEffect, useState } from "preact/hooks";
import { words } from "../words";
import { inWords } from "./audit-words";
import { Problem } from "./Problem";
import { ask, type AuditEntry, sentenceOf } from "./requests";
import { dayAndTime } from "./time";
import { useAsked } from "./use-asked";

/** Entries of one answer of the server. */
const PAGE = 200;

const askAudit = () => ask<readonly AuditEntry[]>("GET", "audit");

/** `done`: how often something was done here since, which then stands in it too. */
export function AuditList({ done }: { done: number }) {
  const { value: newest, problem, again } = useAsked(askAudit);
  const [older, setOlder] = useState<readonly AuditEntry[]>([]);
  const [refused, setRefused] = useState<string | null>(null);
  const [ended, setEnded] = useState(false);
  useEffect(() => {
    if (done === 0) return;
    setOlder([]);
    setEnded(false);
    again();
  }, [done]);
  const entries = [...(newest ?? []), ...older];
  const last = entries.length > 0 ? entries[entries.length - 1] : undefined;
  const more = async (before: number): Promise<void> => {
    const found = await ask<readonly AuditEntry[]>("GET", `audit?before=${before}`);
    setOlder([...older, ...found]);
    setEnded(found.length < PAGE);
  };
  const acts: Readonly<Record<string, string>> = words.auditActs;
  return (
    <section class="people-card" aria-labelledby="people-audit">
      <h2 id="people-audit">{words.audit}</h2>
      <p class="hint">{words.auditHint}</p>
      <Problem sentence={refused ?? problem} />
      <ul class="people-rows audit">
        {entries.map((entry) => (
          <li key={entry.entry} class="people-row">
            <span class="audit-time">{dayAndTime(entry.at_ms)}</span>
            <span class="audit-act">{acts[entry.act] ?? entry.act}</span>
            <span class="audit-who">{entry.who}</span>
            <span class="audit-what">{[inWords(entry), entry.board].filter((part) => part !== null && part !== "").join(" · ")}</span>
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
