/** Inviting somebody: a link that makes one account, passed on however one likes. */
import { useState } from "preact/hooks";
import { copyText } from "../board/clipboard";
import { icons } from "../board/icons";
import { Field } from "../ui/Field";
import { Segmented } from "../ui/Segmented";
import { say } from "../ui/Toasts";
import { words } from "../words";
import { ask, type Invitation, sentenceOf } from "./requests";
import { dayAndTime } from "./time";
import { useAsked } from "./use-asked";

type Kind = "teacher" | "administrator";

const askInvitations = () => ask<readonly Invitation[]>("GET", "invitations");

export function InvitationList() {
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
  };
  const revoke = async (invitation: number): Promise<void> => {
    setRefused(null);
    await ask<undefined>("DELETE", `invitations/${invitation}`);
    setLink(null);
    again();
  };
  const copy = async (text: string): Promise<void> => say((await copyText(text)) ? words.linkCopied : words.copyFailed);
  const wrong = refused ?? problem;
  return (
    <section class="people-card" aria-labelledby="people-invitations">
      <h2 id="people-invitations">{words.invitations}</h2>
      <p class="hint">{words.invitationsHint}</p>
      {wrong !== null && (
        <p class="people-problem" role="alert">
          {wrong}
        </p>
      )}
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
      {link !== null && (
        <div class="people-made" role="status">
          <Field label={words.invitationLink} hint={words.toldOnce} value={link} readOnly />
          <button type="button" onClick={() => void copy(link)}>
            {icons.copy}
            {words.copyLink}
          </button>
        </div>
      )}
      <ul class="people-list">
        {(invitations ?? []).map((open) => (
          <li key={open.invitation} class="people-row">
            <div class="people-who">
              <p>{open.administrator ? words.administrator : words.teacher}</p>
              <p class="hint">{words.invitedBy(open.made_by, dayAndTime(open.ends_ms))}</p>
            </div>
            <div class="people-acts">
              <button type="button" class="danger" onClick={() => void revoke(open.invitation).catch(failed)}>
                {words.revoke}
              </button>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
