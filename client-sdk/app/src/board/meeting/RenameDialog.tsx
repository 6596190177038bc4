/** Gives a participant another name. */
import type { Attendee } from "@kakehashi/client";
import { useState } from "preact/hooks";
import { NAME_MAX, nameOf } from "../../state/identity";
import { Dialog } from "../../ui/Dialog";
import { Field } from "../../ui/Field";
import { words } from "../../words";
import type { Session } from "../session";

export interface RenameDialogProps {
  readonly session: Session;
  readonly attendee: Attendee;
  readonly onClose: () => void;
}

export function RenameDialog({ session, attendee, onClose }: RenameDialogProps) {
  const [typed, setTyped] = useState(attendee.name);
  const name = nameOf(typed);
  return (
    <Dialog title={words.meeting.renameTitle(attendee.name)} onClose={onClose}>
      <form
        class="name-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (name === "" || session.govern((board) => board.rename(attendee.id, name))) onClose();
        }}
      >
        <Field label={words.meeting.newName} value={typed} maxLength={NAME_MAX} enterKeyHint="done" first onInput={setTyped} />
        <button type="submit" class="primary">
          {words.done}
        </button>
      </form>
    </Dialog>
  );
}
