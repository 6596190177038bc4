import { useEffect } from "preact/hooks";
import { BoardScreen } from "./board/BoardScreen";
import { Door } from "./door/Door";
import { KioskScreen } from "./kiosk/KioskScreen";
import { UpdateNotice } from "./offline/UpdateNotice";
import { PeopleScreens } from "./people/PeopleScreens";
import { isPeopleScreen, route } from "./route";
import { useStore } from "./state/store";
import { Toasts } from "./ui/Toasts";
import { Tooltips } from "./ui/Tooltips";
import { language, words } from "./words";

export function App() {
  const shown = useStore(route);
  const spoken = useStore(language);

  useEffect(() => {
    document.documentElement.lang = spoken;
    document.title = words.appName;
    const manifest = document.querySelector<HTMLLinkElement>("link[rel=manifest]");
    if (manifest !== null) manifest.href = spoken === "ja" ? "/manifest.ja.webmanifest" : "/manifest.webmanifest";
  }, [spoken]);

  return (
    <>
      {/* On a board it has its place between the bars; a panel takes a new version as soon as nobody uses it. */}
      {shown.screen !== "board" && shown.screen !== "kiosk" && <UpdateNotice />}
      {shown.screen === "board" && <BoardScreen key={shown.board} board={shown.board} />}
      {shown.screen === "door" && <Door />}
      {shown.screen === "kiosk" && <KioskScreen />}
      {isPeopleScreen(shown.screen) && <PeopleScreens screen={shown.screen} />}
      <Toasts />
      <Tooltips />
    </>
  );
}
