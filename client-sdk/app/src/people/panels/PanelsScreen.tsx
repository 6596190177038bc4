/** For whoever has an account: the panels of this server, site by site, and the way to approve another. */
import { useEffect } from "preact/hooks";
import { words } from "../../words";
import { PeoplePage } from "../PeoplePage";
import { Problem } from "../Problem";
import { type Account, ask, type Me, type PanelRow } from "../requests";
import { SignInFirst } from "../SignInFirst";
import { useAsked } from "../use-asked";
import { AddPanel } from "./AddPanel";
import { PanelItem } from "./PanelItem";

/** Milliseconds between two looks at how panels are, while the page is looked at. */
const LOOK = 10_000;

const askMe = () => ask<Me>("GET", "me");
const askPanels = () => ask<readonly PanelRow[]>("GET", "panels");

export function PanelsScreen() {
  const { value: me, problem } = useAsked(askMe);
  if (me === null) {
    return (
      <PeoplePage title={words.panels}>
        <Problem sentence={problem} />
      </PeoplePage>
    );
  }
  if (me.account === null) return <SignInFirst title={words.panels} lead={words.panelsSignIn} />;
  return <Fleet me={me.account} />;
}

function Fleet({ me }: { me: Account }) {
  const { value: panels, problem, again } = useAsked(askPanels);
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === "visible" && again(), LOOK);
    return () => clearInterval(timer);
  }, [again]);
  const sites = [...new Set((panels ?? []).map(({ site }) => site))];
  return (
    <PeoplePage title={words.panels} wide>
      <p class="people-lead">{panels?.length === 0 ? words.noPanels : words.panelsLead}</p>
      <Problem sentence={problem} />
      {sites.map((site, number) => (
        <section key={site} class="people-card" aria-labelledby={`site-${number}`}>
          <h2 id={`site-${number}`}>{site}</h2>
          <ul class="people-rows">
            {(panels ?? []).filter((row) => row.site === site).map((row) => (
              <PanelItem key={row.panel} row={row} me={me} changed={again} />
            ))}
          </ul>
        </section>
      ))}
      <AddPanel site={sites[0] ?? ""} added={again} />
    </PeoplePage>
  );
}
