/** Which of the screens of accounts is shown. */
import type { PeopleScreen } from "../route";
import "../styles/people.css";
import "../styles/panels.css";
import "../styles/webhooks.css";
import { AccountScreen } from "./AccountScreen";
import { AdminScreen } from "./AdminScreen";
import { Invite, SetUp } from "./NewAccount";
import { Reset } from "./NewPassword";
import { PanelsScreen } from "./panels/PanelsScreen";
import { TimetableScreen } from "./timetable/TimetableScreen";

export function Screens({ screen }: { screen: PeopleScreen }) {
  switch (screen) {
    case "setup":
      return <SetUp />;
    case "invite":
      return <Invite />;
    case "reset":
      return <Reset />;
    case "account":
      return <AccountScreen />;
    case "admin":
      return <AdminScreen />;
    case "panels":
      return <PanelsScreen />;
    case "timetable":
      return <TimetableScreen />;
  }
}
