/** Which of the screens of accounts is shown. */
import type { PeopleScreen } from "../route";
import "../styles/people.css";
import { AccountScreen } from "./AccountScreen";
import { AdminScreen } from "./AdminScreen";
import { Invite, SetUp } from "./NewAccount";

export function Screens({ screen }: { screen: PeopleScreen }) {
  switch (screen) {
    case "setup":
      return <SetUp />;
    case "invite":
      return <Invite />;
    case "account":
      return <AccountScreen />;
    case "admin":
      return <AdminScreen />;
  }
}
