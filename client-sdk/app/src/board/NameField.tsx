/** Under which name and colour the others see this screen, and a field to change the name. */
import { useEffect, useRef, useState } from "preact/hooks";
import { identity, NAME_MAX, rename } from "../state/identity";
import { useStore } from "../state/store";
import { words } from "../words";

export function NameField() {
  const me = useStore(identity);
  const [open, setOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const button = useRef<HTMLButtonElement>(null);

  const close = (take: boolean): void => {
    if (take) rename(field.current?.value ?? "");
    setOpen(false);
  };

  useEffect(() => {
    if (!open) return;
    field.current?.focus();
    field.current?.select();
    const outside = (event: Event): void => {
      if (event.target instanceof Node && !place.current?.contains(event.target)) close(true);
    };
    document.addEventListener("pointerdown", outside, true);
    return () => document.removeEventListener("pointerdown", outside, true);
  }, [open]);

  const leave = (take: boolean): void => {
    close(take);
    button.current?.focus();
  };

  return (
    <div class="name-place" ref={place}>
      <button
        type="button"
        ref={button}
        class="my-name"
        aria-label={words.changeName(me.name)}
        aria-expanded={open}
        title={words.yourName}
        onClick={() => (open ? close(true) : setOpen(true))}
      >
        <span class="name-dot" style={{ background: me.color.slice(0, 7) }} aria-hidden="true" />
        <span class="name-text">{me.name}</span>
      </button>
      {open && (
        <form
          class="name-form"
          onSubmit={(event) => {
            event.preventDefault();
            leave(true);
          }}
          onKeyDown={(event) => {
            if (event.key !== "Escape" || event.isComposing) return;
            event.preventDefault();
            leave(false);
          }}
        >
          <label for="my-name">{words.yourName}</label>
          <div class="name-row">
            <input
              id="my-name"
              class="field"
              ref={field}
              type="text"
              defaultValue={me.name}
              maxLength={NAME_MAX}
              autoComplete="off"
              spellcheck={false}
              enterKeyHint="done"
              aria-describedby="name-hint"
            />
            <button type="submit" class="primary">
              {words.done}
            </button>
          </div>
          <p id="name-hint" class="hint">
            {words.nameHint}
          </p>
        </form>
      )}
    </div>
  );
}
