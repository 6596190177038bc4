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
          <p>{words.notices[code]}</p>
          <IconButton label={words.dismiss} icon={icons.close} onClick={() => session.dismiss(code)} />
        </div>
      ))}
    </div>
  );
}
