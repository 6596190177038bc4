/** Asking the server for something that is no board's content, and what it answers if it refuses. */

/** The server's refusal: its code stands for a sentence. */
export class Refused extends Error {
  override readonly name = "Refused";
  constructor(readonly code: string) {
    super(code);
  }
}

/** Asks the server, as who is signed in. `undefined` where the answer has no body. */
export async function ask<T>(method: string, path: string, body?: unknown, bearer?: string): Promise<T> {
  const headers: Record<string, string> = {};
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (bearer !== undefined) headers["Authorization"] = `Bearer ${bearer}`;
  const answer = await fetch(`/api/v1/${path}`, {
    method,
    headers,
    cache: "no-store",
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (answer.ok) return (answer.status === 204 ? undefined : await answer.json()) as T;
  const problem: unknown = await answer.json().catch(() => null);
  const code = typeof problem === "object" && problem !== null && "code" in problem ? String(problem.code) : "";
  throw new Refused(code);
}
