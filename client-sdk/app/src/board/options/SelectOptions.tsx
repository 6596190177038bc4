/** How a drag selects, and what is done without one. */
import { useStore } from "../../state/store";
import { words } from "../../words";
import { icons } from "../icons";
import { pasteHeld } from "../selection/clipboard";
import type { Session } from "../session";
import { Choices } from "./Choices";

export function SelectOptions({ session }: { session: Session }) {
  const { selecting } = session;
  const mode = useStore(selecting.mode);
  return (
    <div class="tool-options">
      <Choices
        named
        label={words.selecting.selectMode}
        choices={[
          { value: "box", name: words.selecting.selectModes.box, picture: icons.boxSelect },
          { value: "lasso", name: words.selecting.selectModes.lasso, picture: icons.lasso },
        ]}
        chosen={mode}
        choose={(value) => selecting.mode.set(value)}
      />
      <p class="option-hint">{words.selecting.selectHints[mode]}</p>
      <div class="choices named">
        <button type="button" class="choice" aria-label={words.selecting.selectAll} onClick={() => session.selectAll()}>
          {icons.selectAll}
          <span class="choice-name">{words.selecting.all}</span>
        </button>
        <button
          type="button"
          class="choice"
          onClick={() => {
            if (selecting.desk !== null) void pasteHeld(selecting.desk, session);
          }}
        >
          {icons.paste}
          <span class="choice-name">{words.selecting.paste}</span>
        </button>
      </div>
    </div>
  );
}
