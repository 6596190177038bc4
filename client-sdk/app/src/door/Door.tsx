/** The front door: start a board, join one, or go on with one that was open here. */
import { useEffect, useRef, useState } from "preact/hooks";
import { icons } from "../board/icons";
import { SettingsDialog } from "../board/SettingsDialog";
import { useReach } from "../offline/reach";
import { boardPath, go, kioskPath, peoplePath } from "../route";
import { useDelivery } from "../state/deliver";
import { recent } from "../state/recent";
import { useStore } from "../state/store";
import { IconButton } from "../ui/IconButton";
import { Way } from "../ui/Way";
import { words } from "../words";
import { Bridge } from "./Bridge";
import { useEntering } from "./entering";
import { JoinForm } from "./JoinForm";
import { OpenFile } from "./OpenFile";
import { RecentBoards } from "./RecentBoards";
import { TodaysSessions } from "./TodaysSessions";

export function Door() {
  const field = useRef<HTMLInputElement>(null);
  const joined = useRef(false);
  const [setting, setSetting] = useState(false);
  const reached = useReach();
  const boards = useStore(recent);
  const offline = reached === false;
  useDelivery(reached === true);
  const entering = useEntering(
    (board) => go(boardPath(board)),
    () => {
      if (joined.current) field.current?.focus();
    },
  );

  useEffect(() => {
    // What the shortcuts of the installed app ask for.
    const asked = new URLSearchParams(location.search).get("do");
    if (asked === "join") field.current?.focus();
    if (asked === "start") entering.start();
    if (asked !== null) {
      const address = new URL(location.href);
      address.searchParams.delete("do");
      history.replaceState(history.state, "", address);
    }
  }, []);

  return (
    <main class="door">
      <header class="door-head">
        <div class="door-top">
          <p class="door-name">
            <img src="/icon.svg" alt="" width="40" height="40" />
            {words.appName}
          </p>
          <IconButton label={words.settings} icon={icons.settings} popup="dialog" onClick={() => setSetting(true)} />
        </div>
        <h1>{words.doorTitle}</h1>
        {/* What one can do, which without the server is something else. */}
        {!offline && <p class="door-lead">{words.doorLead}</p>}
        <div role="status">{offline && <p class="door-offline">{words.doorOffline}</p>}</div>
      </header>
      <div class="door-ways">
        <button
          class={`door-start ${offline ? "" : "primary"}`}
          type="button"
          disabled={entering.doing !== "no"}
          onClick={() => {
            joined.current = false;
            entering.start();
          }}
        >
          {icons.pen}
          <span>{entering.doing === "starting" ? words.starting : words.startBoard}</span>
        </button>
        <JoinForm
          field={field}
          entering={{
            ...entering,
            join: (typed) => {
              joined.current = true;
              entering.join(typed);
            },
          }}
        />
      </div>
      {entering.problem !== null && !entering.badCode && (
        <div class="door-problem">
          <p role="alert">{entering.problem}</p>
          {entering.needsAccount && (
            <Way to={peoplePath("account")} look="button">
              {words.signIn}
            </Way>
          )}
        </div>
      )}
      <TodaysSessions />
      <RecentBoards offline={offline} />
      {boards !== null && boards.length === 0 && <Bridge />}
      <footer class="door-foot">
        <OpenFile entering={entering} />
        <Way to={kioskPath()} look="button quiet door-link">
          {icons.panel}
          {words.toKiosk}
        </Way>
        <Way to={peoplePath("account")} look="button quiet door-link">
          {icons.account}
          {words.account}
        </Way>
      </footer>
      {setting && <SettingsDialog onClose={() => setSetting(false)} />}
    </main>
  );
}
