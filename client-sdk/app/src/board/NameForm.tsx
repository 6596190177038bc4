/** Under which name and colour the others see this screen. What is typed counts when one goes on. */
import { useState } from "preact/hooks";
import { identity, NAME_COLORS, NAME_MAX, recolor, rename } from "../state/identity";
import { useStore } from "../state/store";
import { Field } from "../ui/Field";
import { Swatches } from "../ui/Swatches";
import { words } from "../words";

export function NameForm({ onDone, first = false }: { onDone?: () => void; first?: boolean }) {
  const me = useStore(identity);
  const [typed, setTyped] = useState(me.name);
  const take = (): void => {
    rename(typed);
    setTyped(identity.get().name);
  };
  return (
    <form
      class="name-form"
      onSubmit={(event) => {
        event.preventDefault();
        take();
        onDone?.();
      }}
    >
      <Field
        label={words.yourName}
        hint={words.nameHint}
        value={typed}
        maxLength={NAME_MAX}
        enterKeyHint="done"
        first={first}
        onInput={setTyped}
        onLeave={take}
      />
      <Swatches
        label={words.yourColor}
        choices={NAME_COLORS.map((color, i) => ({ color, name: words.nameColors[i] ?? color }))}
        value={me.color.slice(0, 7)}
        onChange={recolor}
      />
      {onDone !== undefined && (
        <button type="submit" class="primary">
          {words.done}
        </button>
      )}
    </form>
  );
}
