/** The screens of those who sign in. Most never see them, so they are not loaded before somebody does. */
import type { PeopleScreen } from "../route";
import { useLoaded } from "../ui/use-loaded";
import { words } from "../words";

const load = () => import("./Screens").then(({ Screens }) => Screens);

export function PeopleScreens({ screen }: { screen: PeopleScreen }) {
  const Screens = useLoaded(load);
  if (Screens === null) return null;
  if (Screens !== "failed") return <Screens screen={screen} />;
  return (
    <main class="plain-screen">
      <p role="alert">{words.notices.unreachable}</p>
      <button type="button" class="primary" onClick={() => location.reload()}>
        {words.tryAgain}
      </button>
    </main>
  );
}
