/** The short code of a board, from the server. Without a connection it is asked for again when there is one. */
import { useEffect, useState } from "preact/hooks";
import { useStore } from "../state/store";
import type { Session } from "./session";

export function useBoardCode(session: Session): string | null {
  const status = useStore(session.status);
  const [code, setCode] = useState<string | null>(null);
  const { id } = session.board;

  useEffect(() => {
    if (code !== null) return;
    let left = false;
    void fetchCode(id).then((found) => {
      if (!left && found !== null) setCode(found);
    });
    return () => {
      left = true;
    };
    // Asked again when the connection is back.
  }, [id, status, code]);

  return code;
}

/** The address that others open. It says no language: each sees the board in their own. */
export function boardLink(session: Session): string {
  return `${location.origin}/b/${session.board.id}`;
}

async function fetchCode(board: string): Promise<string | null> {
  try {
    const answer = await fetch(`/api/v1/boards/${board}`);
    if (!answer.ok) return null;
    const info: unknown = await answer.json();
    const code = typeof info === "object" && info !== null && "code" in info ? info.code : null;
    return typeof code === "string" ? code : null;
  } catch {
    return null;
  }
}
