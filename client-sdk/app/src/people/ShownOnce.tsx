/** A secret that the server tells only once, and the button that copies it. */
import { useEffect, useRef } from "preact/hooks";
import { copyText } from "../board/clipboard";
import { icons } from "../board/icons";
import { Field } from "../ui/Field";
import { say } from "../ui/Toasts";
import { words } from "../words";

export interface ShownOnceProps {
  readonly label: string;
  readonly secret: string;
  readonly copy: string;
  readonly copied: string;
}

export function ShownOnce({ label, secret, copy, copied }: ShownOnceProps) {
  const place = useRef<HTMLDivElement>(null);
  // It comes below the button that made it, where a small screen ends.
  useEffect(() => place.current?.scrollIntoView({ block: "nearest" }), [secret]);
  return (
    <div class="people-made" role="status" ref={place}>
      <Field label={label} hint={words.toldOnce} value={secret} readOnly />
      <button type="button" onClick={() => void copyText(secret).then((done) => say(done ? copied : words.copyFailed))}>
        {icons.copyThings}
        {copy}
      </button>
    </div>
  );
}
