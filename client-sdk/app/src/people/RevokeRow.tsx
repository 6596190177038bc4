/** Something that was given out, and the button that takes it back. */
import { words } from "../words";

export interface RevokeRowProps {
  readonly name: string;
  /** What it gives, and until when. */
  readonly gives: string;
  readonly revoke: () => void;
}

export function RevokeRow({ name, gives, revoke }: RevokeRowProps) {
  return (
    <li class="people-row">
      <div class="people-who">
        <p class="people-name">{name}</p>
        <p class="hint">{gives}</p>
      </div>
      <div class="people-acts">
        <button type="button" class="danger" onClick={revoke}>
          {words.revoke}
        </button>
      </div>
    </li>
  );
}
