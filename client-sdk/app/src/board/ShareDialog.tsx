/** How others come in: a code to say, a picture to scan, a link to send. */
import { useEffect, useRef, useState } from "preact/hooks";
import { showCode } from "../door/code";
import type { ShareDoorsProps, ShownDoor } from "../people/ShareDoors";
import { entered, takePart } from "../state/entry";
import { useStore } from "../state/store";
import { Dialog } from "../ui/Dialog";
import { Field } from "../ui/Field";
import { Qr } from "../ui/Qr";
import { say } from "../ui/Toasts";
import { useLoaded } from "../ui/use-loaded";
import { words } from "../words";
import { boardLink, useBoardCode } from "./board-code";
import { copyText } from "./clipboard";
import { icons } from "./icons";
import type { Session } from "./session";

const loadDoors = () => import("../people/ShareDoors").then(({ ShareDoors }) => ShareDoors);

export function ShareDialog({ session, onClose }: { session: Session; onClose: () => void }) {
  const own = useBoardCode(session);
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState(false);
  const [door, setDoor] = useState<ShownDoor | null>(null);
  const [closed, setClosed] = useState(false);
  const { id } = session.board;
  const leads = useStore(entered).get(id)?.role === "host";
  const link = door?.link ?? boardLink(session);
  const code = door === null ? own : door.code;

  const lead = useRef<HTMLParagraphElement>(null);
  // What was made stands at the top, and is made at the bottom.
  useEffect(() => {
    if (door !== null) lead.current?.scrollIntoView({ block: "center" });
  }, [door]);

  const showDoor = (shown: ShownDoor | null): void => {
    setDoor(shown);
    setCopied(false);
  };

  const copy = async (): Promise<void> => {
    const done = await copyText(link);
    setCopied(done);
    say(done ? words.copied : words.copyFailed);
    if (!done) {
      field.current?.focus();
      field.current?.select();
    }
  };

  return (
    <Dialog title={words.shareBoard} onClose={onClose} wide class="share-dialog">
      <p class="share-lead" ref={lead}>
        {door !== null ? door.says : closed ? words.closedNow : words.shareLead}
      </p>
      <div class="share-ways">
        <div class="share-qr">
          <Qr text={link} label={words.qrLabel} />
        </div>
        <div class="share-words">
          {(door === null || door.code !== null) && (
            <section class="share-code" aria-label={words.code}>
              <h3>{words.code}</h3>
              {code === null ? (
                <p class="hint">{words.codeComes}</p>
              ) : (
                <>
                  <p class="share-digits">
                    {showCode(code)
                      .split("-")
                      .map((three, i) => (
                        <span key={i}>{three}</span>
                      ))}
                  </p>
                  <p class="hint">{words.readAloud(location.host)}</p>
                </>
              )}
            </section>
          )}
          <Field label={words.link} value={link} field={field} readOnly />
          <div class="share-actions">
            <button type="button" class="primary" data-first="" onClick={() => void copy()}>
              {copied ? icons.check : icons.copy}
              {copied ? words.linkCopied : words.copyLink}
            </button>
            {door !== null && (
              <button type="button" onClick={() => showDoor(null)}>
                {words.ownDoor}
              </button>
            )}
            {typeof navigator.share === "function" && (
              <button type="button" onClick={() => void pass(link)}>
                {icons.share}
                {words.shareElsewhere}
              </button>
            )}
          </div>
        </div>
      </div>
      {leads && <LazyDoors board={id} show={showDoor} closed={setClosed} takePart={() => takePart(session.board)} />}
    </Dialog>
  );
}

/** Only for hosts, so not loaded for the others. */
function LazyDoors(props: ShareDoorsProps) {
  const Doors = useLoaded(loadDoors);
  if (Doors === "failed") return <p role="alert">{words.notices.unreachable}</p>;
  return Doors === null ? null : <Doors {...props} />;
}

/** To the system's own sheet of ways to send something. */
async function pass(link: string): Promise<void> {
  try {
    await navigator.share({ title: words.appName, url: link });
  } catch (error) {
    // Whoever closes the sheet again has changed their mind, and nothing went wrong.
    if (!(error instanceof DOMException && error.name === "AbortError")) console.warn(error);
  }
}
