/** Joining by a code or a link: typed, pasted, or seen by the camera. */
import { useEffect, useState } from "preact/hooks";
import { noteScanned } from "../board/call/room";
import { icons } from "../board/icons";
import { words } from "../words";
import type { Entering } from "./entering";
import { hasCamera } from "./scan";
import { ScanDialog } from "./ScanDialog";

export interface JoinFormProps {
  readonly entering: Entering;
  /** The field, so that whoever was asked for a code finds it ready to be typed into. */
  readonly field: { current: HTMLInputElement | null };
}

export function JoinForm({ entering, field }: JoinFormProps) {
  const [camera, setCamera] = useState(false);
  const [scanning, setScanning] = useState(false);

  useEffect(() => {
    let left = false;
    void hasCamera().then((has) => {
      if (!left) setCamera(has);
    });
    return () => {
      left = true;
    };
  }, []);

  return (
    <form
      class="door-join"
      aria-labelledby="join-title"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        entering.join(field.current?.value ?? "");
      }}
    >
      <h2 id="join-title">{words.joinTitle}</h2>
      <label for="code">{words.code}</label>
      <div class="door-field">
        <input
          id="code"
          class="field"
          ref={field}
          type="text"
          inputMode="numeric"
          autoComplete="off"
          autoCapitalize="off"
          spellcheck={false}
          maxLength={400}
          enterKeyHint="go"
          aria-describedby="code-hint"
          aria-invalid={entering.badCode}
          onInput={() => entering.clear()}
        />
        <button type="submit" disabled={entering.doing !== "no"}>
          {entering.doing === "joining" ? words.joining : words.join}
        </button>
      </div>
      {entering.badCode ? (
        <p key="problem" id="code-hint" class="field-problem" role="alert">
          {entering.problem}
        </p>
      ) : (
        <p key="hint" id="code-hint" class="hint">
          {words.codeHint}
        </p>
      )}
      {camera && (
        <button type="button" class="door-scan quiet" aria-haspopup="dialog" onClick={() => setScanning(true)}>
          {icons.qr}
          {words.scan}
        </button>
      )}
      {scanning && (
        <ScanDialog
          onClose={() => setScanning(false)}
          found={(text) => {
            setScanning(false);
            noteScanned(text);
            entering.join(text);
          }}
        />
      )}
    </form>
  );
}
