/** What can be set on this device. Everything takes effect at once, so there is nothing to confirm. */
import { PanelSettings } from "../kiosk/PanelSettings";
import { route } from "../route";
import { fingers } from "../state/fingers";
import { change, settings } from "../state/settings";
import { useStore } from "../state/store";
import { Dialog } from "../ui/Dialog";
import { Segmented } from "../ui/Segmented";
import { Switch } from "../ui/Switch";
import { language, speak, words } from "../words";
import { CheckButton } from "./call/CheckButton";
import { icons } from "./icons";
import { NameForm } from "./NameForm";
import type { Session } from "./session";

export interface SettingsDialogProps {
  /** Where a board is open; its call is tried there. */
  readonly session?: Session;
  readonly onClose: () => void;
}

export function SettingsDialog({ session, onClose }: SettingsDialogProps) {
  const chosen = useStore(settings);
  const spoken = useStore(language);
  const { two } = useStore(fingers);
  const ofPanel = route.get().screen === "kiosk";
  return (
    <Dialog title={words.settings} onClose={onClose} class={ofPanel ? "settings-dialog with-panel" : "settings-dialog"}>
      <section class="settings-group" aria-label={words.yourName}>
        <NameForm />
      </section>
      <section class="settings-group" aria-label={words.appearance}>
        <Segmented
          label={words.language}
          segments={[
            { value: "ja", name: "日本語", lang: "ja" },
            { value: "en", name: "English", lang: "en" },
          ]}
          value={spoken}
          onChange={speak}
        />
        <Segmented
          label={words.theme}
          segments={[
            { value: "system", name: words.themes.system, icon: icons.device },
            { value: "light", name: words.themes.light, icon: icons.sun },
            { value: "dark", name: words.themes.dark, icon: icons.moon },
          ]}
          value={chosen.theme}
          onChange={(theme) => change("theme", theme)}
        />
        <Switch
          label={words.highContrast}
          hint={words.highContrastHint}
          on={chosen.contrast === "more"}
          onChange={(on) => change("contrast", on ? "more" : "system")}
        />
        <Switch
          label={words.lessMotion}
          hint={words.lessMotionHint}
          on={chosen.motion === "less"}
          onChange={(on) => change("motion", on ? "less" : "system")}
        />
      </section>
      <section class="settings-group" aria-label={words.operation}>
        <Segmented
          label={words.writingHand}
          segments={[
            { value: "left", name: words.hands.left },
            { value: "right", name: words.hands.right },
          ]}
          value={chosen.hand}
          onChange={(hand) => change("hand", hand)}
        />
        <p class="hint">{words.handHint}</p>
        <Segmented
          label={words.twoFingers}
          segments={[
            { value: "move", name: words.twoFingersDo.move },
            { value: "write", name: words.twoFingersDo.write },
          ]}
          value={two}
          onChange={(chosenTwo) => fingers.set({ two: chosenTwo })}
        />
        <p class="hint">{words.twoFingersHint}</p>
        {session !== undefined && <CheckButton session={session} />}
      </section>
      {ofPanel && (
        <section class="settings-group settings-panel" aria-labelledby="settings-panel">
          <h3 id="settings-panel" class="field-name">
            {words.thisPanel}
          </h3>
          <PanelSettings />
        </section>
      )}
    </Dialog>
  );
}
