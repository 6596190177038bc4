/** Starting and joining a board, from wherever it is asked for, and the sentence if it did not work. */
import { boardOfCode, NoticeError } from "@kakehashi/client";
import { useEffect, useRef, useState } from "preact/hooks";
import { bring, startOwnBoard } from "../state/entry";
import { words } from "../words";
import { type Target, targetOf } from "./code";
import { boardOfFile, FileProblem } from "./open-file";

export type Doing = "no" | "starting" | "joining" | "reading";

export interface Entering {
  readonly doing: Doing;
  readonly problem: string | null;
  /** Whether it was what was typed that is wrong. */
  readonly badCode: boolean;
  /** Whether it works for those who sign in. */
  readonly needsAccount: boolean;
  start(): void;
  /** Takes a code or a link. */
  join(typed: string): void;
  /** Makes a board of a file. */
  read(file: File): void;
  /** Forgets what went wrong. */
  clear(): void;
}

export function useEntering(enter: (board: string) => void, failed?: () => void): Entering {
  const [doing, setDoing] = useState<Doing>("no");
  const [problem, setProblem] = useState<string | null>(null);
  const [badCode, setBadCode] = useState(false);
  const [needsAccount, setNeedsAccount] = useState(false);
  const left = useRef(false);
  useEffect(
    () => () => {
      left.current = true;
    },
    [],
  );

  const clear = (): void => {
    setProblem(null);
    setBadCode(false);
    setNeedsAccount(false);
  };

  const fail = (sentence: string, bad: boolean): void => {
    setProblem(sentence);
    setBadCode(bad);
    setDoing("no");
    failed?.();
  };

  const attempt = async (what: Doing, find: () => Promise<string>): Promise<void> => {
    setDoing(what);
    clear();
    try {
      const board = await find();
      // Whoever went elsewhere while the server was asked is not to be taken away from there.
      if (left.current) return;
      setDoing("no");
      enter(board);
    } catch (error) {
      if (left.current) return;
      const code = error instanceof NoticeError ? error.notice.code : null;
      setNeedsAccount(code === "accounts-only");
      fail(sentenceOf(error), what === "joining" && code === "unknown-board");
    }
  };

  return {
    doing,
    problem,
    badCode,
    needsAccount,
    start: () => void attempt("starting", async () => (await startOwnBoard()).board),
    join: (typed) => {
      const target = targetOf(typed);
      if (target === null) fail(words.codeIsNineDigits, true);
      else void attempt("joining", () => boardOf(target));
    },
    read: (file) => void attempt("reading", () => boardOfFile(file)),
    clear,
  };
}

async function boardOf(target: Target): Promise<string> {
  if ("code" in target) {
    const board = await boardOfCode(target.code);
    bring(board, target);
    return board;
  }
  if (target.link !== undefined) bring(target.board, { link: target.link });
  return target.board;
}

function sentenceOf(error: unknown): string {
  if (error instanceof FileProblem) return error.message;
  const code = error instanceof NoticeError ? error.notice.code : "unreachable";
  // Nobody is kept waiting here, as on a board: one tries again.
  if (code === "busy") return words.notices.unreachable;
  return code === "unknown-board" ? words.noSuchCode : words.notices[code];
}
