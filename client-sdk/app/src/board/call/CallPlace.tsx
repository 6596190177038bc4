/** The place of the call beside the board: its tiles and its bar. Nothing while one is not in it. */
import { useEffect } from "preact/hooks";
import { useStore } from "../../state/store";
import type { Session } from "../session";
import { CallBar } from "./CallBar";
import { CallStrip } from "./CallStrip";
import { windowWish } from "./picture-window";

export interface CallPlaceProps {
  readonly session: Session;
  readonly at: "side" | "top";
}

export function CallPlace({ session, at }: CallPlaceProps) {
  const { calling } = session;
  const folded = useStore(calling.folded);
  const inWindow = useStore(calling.window.shown);
  useEffect(() => {
    if (!folded) return;
    calling.call.want(inWindow === null ? [] : [windowWish(inWindow, window.devicePixelRatio || 1)]);
  }, [calling, folded, inWindow]);
  return (
    <div class="call-place">
      {!folded && <CallStrip session={session} at={at} />}
      <CallBar session={session} />
    </div>
  );
}
