/** Inviting somebody: a link that makes one account, passed on however one likes. */
import { useState } from "preact/hooks";
import { icons } from "../board/icons";
import { Segmented } from "../ui/Segmented";
import { words } from "../words";
import { Problem } from "./Problem";
import { ask, type Invitation, sentenceOf } from "./requests";
import { RevokeRow } from "./RevokeRow";
import { ShownOnce } from "./ShownOnce";
import { dayAndTime } from "./time";
import { useAsked } from "./use-asked";

type Kind = "teacher" | "administrator";

const askInvitations = () => ask<readonly Invitation[]>("GET", "invitations");

/** `acted`: something was changed. */
export function InvitationList({ acted }: { acted: () => void }) {
  const { value: invitations, problem, again } = useAsked(askInvitations);
  const [kind, setKind] = useState<Kind>("teacher");
  const [link, setLink] = useState<string | null>(null);
  const [refused, setRefused] = useState<string | null>(null);
  const failed = (error: unknown): void => setRefused(sentenceOf(error));
  const invite = async (): Promise<void> => {
    setRefused(null);
    const made = await ask<Invitation>("POST", "invitations", { administrator: kind === "administrator" });
    setLink(`${location.origin}/invite#${made.token ?? ""}`);
    again();
    acted();
  };
  const revoke = async (invitation: number): Promise<void> => {
    setRefused(null);
    await ask<undefined>("DELETE", `invitations/${invitation}`);
    setLink(null);
    again();
    acted();
  };
  return (
    <section class="people-card" aria-labelledby="people-invitations">
      <h2 id="people-invitations">{words.invitations}</h2>
      <p class="hint">{words.invitationsHint}</p>
      <Problem sentence={refused ?? problem} />
      <div class="people-order">
        <Segmented
          label={words.inviteAs}
          segments={[
            { value: "teacher", name: words.teacher },
            { value: "administrator", name: words.administrator },
          ]}
          value={kind}
          onChange={setKind}
        />
        <button type="button" class="primary" onClick={() => void invite().catch(failed)}>
          {icons.add}
          {words.invite}
        </button>
      </div>
      {link !== null && <ShownOnce label={words.invitationLink} secret={link} copy={words.copyLink} copied={words.linkCopied} />}
      <ul class="people-rows">
        {(invitations ?? []).map((open) => (
          <RevokeRow
            key={open.invitation}
            name={open.resets !== null ? words.newPasswordOf(open.resets) : open.administrator ? words.administrator : words.teacher}
            gives={words.invitedBy(open.made_by, dayAndTime(open.ends_ms))}
            revoke={() => void revoke(open.invitation).catch(failed)}
          />
        ))}
      </ul>
    </section>
  );
}
