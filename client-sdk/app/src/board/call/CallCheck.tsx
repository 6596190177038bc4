/** The device check before a lesson: camera, microphone, loudspeaker and line at once, and at the end one colour and one sentence. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useStore } from "../../state/store";
import { Dialog } from "../../ui/Dialog";
import { words } from "../../words";
import { dialog } from "../dialogs";
import { chime } from "../meeting/chime";
import type { Session } from "../session";
import { CallVideo } from "./CallVideo";
import { type Findings, knownOf, type LineFound, verdictOf } from "./check";
import { CheckRow } from "./CheckRow";
import { callChoices } from "./choices";
import { DevicePickers } from "./DevicePickers";
import { callIcons } from "./icons";
import { LevelMeter } from "./LevelMeter";
import { lendsDevices, useDevice } from "./opening";
import { useIsIn } from "./use-is-in";

/** Of the scale of a level, from where on it is a voice; and how many looks have to show it. */
const VOICE = 0.4;
const LOOKS = 3;
/** Milliseconds after which nothing heard is told. */
const LISTENS_FOR = 8000;

export function CallCheck({ session, onClose }: { session: Session; onClose: () => void }) {
  const { calling } = session;
  const chosen = useStore(callChoices);
  const [line, setLine] = useState<"waiting" | LineFound>("waiting");
  const [speaker, setSpeaker] = useState<Findings["speaker"]>("waiting");
  const [round, setRound] = useState(0);
  const [cameraRound, setCameraRound] = useState(0);
  const [microphoneRound, setMicrophoneRound] = useState(0);
  const camera = useDevice("camera", chosen.camera, true, cameraRound);
  const microphone = useDevice("microphone", chosen.microphone, true, microphoneRound);
  const { heard, hear } = useHearing(microphone.stream);
  const isIn = useIsIn(calling);

  useEffect(() => {
    let left = false;
    setLine("waiting");
    void calling.tryLine(session.status.get() === "live").then((found) => {
      if (!left) setLine(found);
    });
    return () => {
      left = true;
    };
  }, [calling, session, round]);

  const lent = lendsDevices();
  const findings: Findings = {
    camera: !lent ? "refused" : (camera.trouble ?? (camera.stream === null ? "waiting" : "works")),
    microphone: !lent ? "refused" : (microphone.trouble ?? heard),
    speaker,
    line,
  };
  const verdict = verdictOf(findings);
  return (
    <Dialog
      title={words.callDevices.checkTitle}
      onClose={onClose}
      class="call-check"
      actions={
        <>
          <p class="check-verdict" role="status" data-color={verdict?.color}>
            {verdict === null ? (
              words.callDevices.known(knownOf(findings))
            ) : (
              <>
                <strong>{words.callDevices.colors[verdict.color]}</strong>
                <span>{words.callDevices.advice[verdict.advice]}</span>
              </>
            )}
          </p>
          {!isIn && (
            <button type="button" class="primary" onClick={() => dialog.set("call")}>
              {words.call.join}
            </button>
          )}
        </>
      }
    >
      <p class="hint">{words.callDevices.checkLead}</p>
      <ul class="check-rows">
        <CheckRow name={words.call.camera} icon={callIcons.camera} found={findings.camera} word={cameraWord(findings.camera)}>
          {camera.stream !== null && (
            <div class="call-look small">
              <CallVideo stream={camera.stream} label={words.callDevices.preview} mirrored />
            </div>
          )}
          {camera.trouble !== null && <Again act={() => setCameraRound(cameraRound + 1)} />}
          <DevicePickers calling={calling} kinds={["camera"]} opened={camera.stream} />
        </CheckRow>
        <CheckRow name={words.call.microphone} icon={callIcons.microphone} found={findings.microphone} word={microphoneWord(findings.microphone)}>
          {microphone.trouble === null ? <LevelMeter stream={microphone.stream} heard={hear} /> : <Again act={() => setMicrophoneRound(microphoneRound + 1)} />}
          <DevicePickers calling={calling} kinds={["microphone"]} opened={microphone.stream} />
        </CheckRow>
        <Loudspeaker found={speaker} answer={setSpeaker}>
          <DevicePickers calling={calling} kinds={["speaker"]} opened={microphone.stream} />
        </Loudspeaker>
        <CheckRow name={words.callDevices.line} icon={callIcons.line} found={lineSign(line)} word={lineWord(line)}>
          {line !== "waiting" && lineSign(line) !== "works" && <Again act={() => setRound(round + 1)} />}
        </CheckRow>
      </ul>
    </Dialog>
  );
}

function Again({ act }: { act: () => void }) {
  return (
    <button type="button" onClick={act}>
      {words.callDevices.again}
    </button>
  );
}

/** Whether a voice was heard; what was heard once stays heard, with the same microphone. */
function useHearing(stream: MediaStream | null): { readonly heard: "waiting" | "works" | "quiet"; readonly hear: (level: number) => void } {
  const [heard, setHeard] = useState<"waiting" | "works" | "quiet">("waiting");
  const looks = useRef(0);
  useEffect(() => {
    looks.current = 0;
    setHeard("waiting");
    if (stream === null) return;
    const timer = setTimeout(() => setHeard((now) => (now === "waiting" ? "quiet" : now)), LISTENS_FOR);
    return () => clearTimeout(timer);
  }, [stream]);
  const hear = (level: number): void => {
    if (level < VOICE) return;
    looks.current += 1;
    if (looks.current === LOOKS) setHeard("works");
  };
  return { heard, hear };
}

interface LoudspeakerProps {
  readonly found: Findings["speaker"];
  readonly answer: (found: "heard" | "not-heard") => void;
  readonly children: ComponentChildren;
}

function Loudspeaker({ found, answer, children }: LoudspeakerProps) {
  const { speaker } = useStore(callChoices);
  const [played, setPlayed] = useState(false);
  const play = (): void => {
    setPlayed(true);
    chime(speaker).catch((error: unknown) => console.warn(error));
  };
  const word = found === "waiting" ? (played ? words.callDevices.didYouHear : "") : found === "heard" ? words.callDevices.soundHeard : words.callDevices.soundNotHeard;
  return (
    <CheckRow name={words.callDevices.speaker} icon={callIcons.speaker} found={found === "heard" ? "works" : found} word={word}>
      <div class="check-acts">
        <button type="button" onClick={play}>
          {played ? words.callDevices.playAgain : words.callDevices.playSound}
        </button>
        {played && (
          <>
            <button type="button" aria-pressed={found === "heard"} onClick={() => answer("heard")}>
              {words.callDevices.heard}
            </button>
            <button type="button" aria-pressed={found === "not-heard"} onClick={() => answer("not-heard")}>
              {words.callDevices.notHeard}
            </button>
          </>
        )}
      </div>
      {children}
    </CheckRow>
  );
}

function cameraWord(found: Findings["camera"]): string {
  if (!lendsDevices()) return words.callDevices.notSecure;
  if (found === "waiting") return words.callDevices.doYouSee;
  return found === "works" ? words.callDevices.cameraWorks : words.callDevices.troubles.camera[found];
}

function microphoneWord(found: Findings["microphone"]): string {
  if (!lendsDevices()) return words.callDevices.notSecure;
  if (found === "waiting") return words.callDevices.speakNow;
  if (found === "quiet") return words.callDevices.nothingHeard;
  return found === "works" ? words.callDevices.heardYou : words.callDevices.troubles.microphone[found];
}

function lineSign(line: Findings["line"]): "waiting" | "works" | "bad" | "fair" {
  if (line === "waiting") return "waiting";
  if (typeof line === "string") return "bad";
  return line.over === "tcp" || line.rung === "ink" || line.rung === "voice" ? "fair" : "works";
}

function lineWord(line: Findings["line"]): string {
  if (line === "waiting") return words.callDevices.lineTrying;
  if (line === "blocked") return words.callDevices.lineBlocked;
  if (line === "none") return words.callDevices.lineNone;
  if (line === "unsupported") return words.callDevices.lineUnsupported;
  return line.rung === "ink" || line.rung === "voice" ? words.callDevices.lineSlow : words.callDevices.lineWorks[line.over];
}
