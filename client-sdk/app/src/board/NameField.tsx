/** Who one is here; pressed, name and colour can be changed. */
import { useRef, useState } from "preact/hooks";
import { identity } from "../state/identity";
import { useStore } from "../state/store";
import { Avatar } from "../ui/Avatar";
import { Popover } from "../ui/Popover";
import { words } from "../words";
import { NameForm } from "./NameForm";

export function NameField() {
  const me = useStore(identity);
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const close = (): void => setOpen(false);
  return (
    <div class="name-place">
      <button
        type="button"
        ref={button}
        class="my-name quiet"
        aria-label={words.changeName(me.name)}
        aria-expanded={open}
        aria-haspopup="dialog"
        data-tip={words.yourName}
        onClick={() => setOpen(!open)}
      >
        <Avatar name={me.name} color={me.color} />
        <span class="name-text">{me.name}</span>
      </button>
      {open && (
        <Popover anchor={button} side="below" label={words.yourName} class="name-popover" onClose={close}>
          <NameForm onDone={close} first />
        </Popover>
      )}
    </div>
  );
}
