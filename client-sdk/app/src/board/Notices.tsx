/** What went wrong, a sentence each, until it is read and closed. */
import { useStore } from "../state/store";
import { IconButton } from "../ui/IconButton";
import { words } from "../words";
import { icons } from "./icons";
import type { Session } from "./session";

export function Notices({ session }: { session: Session }) {
  const notices = useStore(session.notices);
  return (
    <div class="notices">
      {notices.map((code) => (
        <div key={code} class="notice" role="alert">
          <p>
            {partsOf(words.notices[code]).map((part) => (
              <span key={part} class="notice-part">
                {part}
              </span>
            ))}
          </p>
          <IconButton label={words.dismiss} icon={icons.close} onClick={() => session.dismiss(code)} />
        </div>
      ))}
    </div>
  );
}

/** What happened, and what there is to be done: the first sentence, and the rest. */
function partsOf(notice: string): readonly string[] {
  const end = /。|\. /.exec(notice);
  const rest = end === null ? "" : notice.slice(end.index + end[0].length);
  return rest === "" ? [notice] : [notice.slice(0, -rest.length), rest];
}
