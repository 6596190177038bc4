/** The sheet of keys. */
import { Dialog } from "../ui/Dialog";
import { words } from "../words";
import { keyName, SHORTCUT_GROUPS, SHORTCUTS } from "./shortcut-table";

export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const mac = /Mac|iPad|iPhone/.test(navigator.platform);
  return (
    <Dialog title={words.shortcuts} onClose={onClose} wide class="shortcuts-dialog">
      <p class="hint">{words.shortcutsHint}</p>
      <div class="shortcut-groups">
        {SHORTCUT_GROUPS.map((group) => (
          <section key={group} class="shortcut-group">
            <h3>{words.shortcutGroups[group]}</h3>
            <dl>
              {SHORTCUTS.filter((shortcut) => shortcut.group === group).map((shortcut) => (
                <div key={shortcut.word(words)} class="shortcut">
                  <dt>{shortcut.word(words)}</dt>
                  <dd>
                    {shortcut.keys.map((way, i) => (
                      <span key={way.join("+")} class="way">
                        {i > 0 && <span class="or">{words.or}</span>}
                        {way.map((key) => (
                          <kbd key={key} class="key">
                            {keyName(key, mac)}
                          </kbd>
                        ))}
                      </span>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
