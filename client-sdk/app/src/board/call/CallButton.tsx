/** The way into the call, beside the meeting: how many are in it, and one tap for who joined from here before. */
import { useId } from "preact/hooks";
import { useStore } from "../../state/store";
import { words } from "../../words";
import { dialog } from "../dialogs";
import type { Session } from "../session";
import { callChoices } from "./choices";
import { callIcons } from "./icons";
import { listensOnly } from "./may";
import { useIsIn } from "./use-is-in";

/** Whether there is a call that one could join: not without the server, and not while one is in it. */
export function useCallToJoin({ calling, status }: Session): boolean {
  const offered = useStore(calling.offered);
  const isIn = useIsIn(calling);
  const reached = useStore(status) === "live";
  return offered && reached && !isIn;
}

export function CallButton({ session }: { session: Session }) {
  const { calling } = session;
  const { length } = useStore(calling.members);
  const count = useId();
  const join = async (): Promise<void> => {
    // Whoever stands before a panel for the first time is shown what that means.
    if (!callChoices.get().joined || calling.byPanel) dialog.set("call");
    else if (!(await calling.join(listensOnly(session.meeting.get())))) dialog.set("call");
  };
  return (
    <button
      type="button"
      class="to-call quiet"
      aria-label={words.call.join}
      aria-describedby={count}
      data-tip={words.call.join}
      data-on={length > 0 ? "" : undefined}
      onClick={() => void join()}
    >
      {callIcons.join}
      <span class="to-call-name">{words.call.join}</span>
      {length > 0 && (
        <span class="call-count" aria-hidden="true">
          {length}
        </span>
      )}
      <span class="unseen" id={count}>
        {length === 0 ? words.call.nobodyInIt : words.call.inIt(length)}
      </span>
    </button>
  );
}
