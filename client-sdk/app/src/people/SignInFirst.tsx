/** A screen that is only for those who have an account, and the way to sign in. */
import { peoplePath } from "../route";
import { Way } from "../ui/Way";
import { words } from "../words";
import { PeoplePage } from "./PeoplePage";

export function SignInFirst({ title, lead }: { title: string; lead: string }) {
  return (
    <PeoplePage title={title}>
      <p class="people-lead">{lead}</p>
      <div class="people-acts">
        <Way to={peoplePath("account")} look="button primary">
          {words.signIn}
        </Way>
      </div>
    </PeoplePage>
  );
}
