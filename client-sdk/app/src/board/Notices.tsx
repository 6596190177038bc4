/** What went wrong, a sentence each, until it is read and closed. */
import { useStore } from "../state/store";
import { words } from "../words";
import { icons } from "./icons";
import type { Session } from "./session";

export function Notices({ session }: { session: Session }) {
  const notices = useStore(session.notices);
  return (
    <div class="notices">
      {notices.map((code) => (
        <div key={code} class="notice" role="alert">
          <p>{words.notices[code]}</p>
          <button type="button" aria-label={words.dismiss} title={words.dismiss} onClick={() => session.dismiss(code)}>
            {icons.close}
          </button>
        </div>
      ))}
    </div>
  );
}
