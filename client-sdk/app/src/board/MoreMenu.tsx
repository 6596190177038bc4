/** What one needs now and then. */
import { useEffect, useState } from "preact/hooks";
import { doorPath, go } from "../route";
import { Menu, type MenuItem } from "../ui/Menu";
import { words } from "../words";
import { dialog } from "./dialogs";
import { isFullScreen, mayFillScreen, onFullScreen, toggleFullScreen } from "./full-screen";
import { icons } from "./icons";

export function MoreMenu({ kiosk }: { kiosk: boolean }) {
  const [full, setFull] = useState(isFullScreen());
  useEffect(() => onFullScreen(() => setFull(isFullScreen())), []);
  const screen: readonly MenuItem[] = mayFillScreen()
    ? [
        {
          name: full ? words.leaveFullScreen : words.fullScreen,
          icon: full ? icons.smallScreen : icons.fullScreen,
          act: toggleFullScreen,
        },
      ]
    : [];
  // From a panel's own board one goes back to its idle screen, by its own button.
  const home: readonly MenuItem[] = kiosk ? [] : [{ name: words.toFrontDoor, icon: icons.home, act: () => go(doorPath()) }];
  return (
    <Menu
      label={words.more}
      icon={icons.more}
      side="below"
      items={[
        [
          ...screen,
          { name: words.shortcuts, icon: icons.keyboard, hotkey: "?", act: () => dialog.set("shortcuts") },
        ],
        home,
      ]}
    />
  );
}
