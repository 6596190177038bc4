/** Takes a picture with the device's camera: a look through it, another camera, take, again, use. */
import { useEffect, useRef, useState } from "preact/hooks";
import { Dialog } from "../ui/Dialog";
import { words } from "../words";
import { icons } from "./icons";
import type { Session } from "./session";

/** Pixels that are asked for; a camera gives what it has. */
const WIDTH = 1920;
const QUALITY = 0.9;

/** Whether the page may ask for a camera at all; browsers give it to secure pages only. */
export function hasCamera(): boolean {
  return typeof navigator.mediaDevices?.getUserMedia === "function";
}

export function CameraDialog({ session, onClose }: { session: Session; onClose: () => void }) {
  const video = useRef<HTMLVideoElement>(null);
  const [cameras, setCameras] = useState<readonly string[]>([]);
  const [camera, setCamera] = useState<string | null>(null);
  const [live, setLive] = useState(false);
  const closed = useRef(false);
  const [taken, setTaken] = useState<{ readonly picture: Blob; readonly url: string } | null>(null);

  useEffect(() => {
    let closed = false;
    let stream: MediaStream | null = null;
    setLive(false);
    const wanted: MediaTrackConstraints =
      camera === null ? { facingMode: "environment", width: { ideal: WIDTH } } : { deviceId: { exact: camera }, width: { ideal: WIDTH } };
    navigator.mediaDevices
      .getUserMedia({ video: wanted })
      .then(async (opened) => {
        stream = opened;
        if (closed || video.current === null) return stop(opened);
        video.current.srcObject = opened;
        await video.current.play();
        const devices = await navigator.mediaDevices.enumerateDevices();
        if (closed) return;
        setCameras(devices.flatMap(({ kind, deviceId }) => (kind === "videoinput" && deviceId !== "" ? [deviceId] : [])));
        setLive(true);
      })
      .catch((error: unknown) => {
        if (closed) return;
        console.warn(error);
        session.say("camera");
        onClose();
      });
    return () => {
      closed = true;
      if (stream !== null) stop(stream);
    };
  }, [camera]);

  useEffect(
    () => () => {
      closed.current = true;
    },
    [],
  );

  useEffect(() => () => (taken === null ? undefined : URL.revokeObjectURL(taken.url)), [taken]);

  const take = (): void => {
    const shown = video.current;
    if (shown === null || shown.videoWidth === 0) return;
    const canvas = document.createElement("canvas");
    canvas.width = shown.videoWidth;
    canvas.height = shown.videoHeight;
    canvas.getContext("2d")?.drawImage(shown, 0, 0);
    canvas.toBlob(
      (picture) => {
        if (picture !== null && !closed.current) setTaken({ picture, url: URL.createObjectURL(picture) });
      },
      "image/jpeg",
      QUALITY,
    );
  };

  const another = (): void => {
    const now = (video.current?.srcObject as MediaStream | null)?.getVideoTracks()[0]?.getSettings().deviceId ?? "";
    setCamera(cameras[(cameras.indexOf(now) + 1) % cameras.length] ?? null);
  };

  const use = (): void => {
    if (taken === null) return;
    void session.images.place([taken.picture], null);
    onClose();
  };

  const actions =
    taken === null ? (
      <>
        {cameras.length > 1 && (
          <button type="button" onClick={another} disabled={!live}>
            {words.otherCamera}
          </button>
        )}
        <button type="button" class="primary" onClick={take} disabled={!live}>
          {icons.camera}
          {words.takePicture}
        </button>
      </>
    ) : (
      <>
        <button type="button" onClick={() => setTaken(null)}>
          {words.takeAgain}
        </button>
        <button type="button" class="primary" onClick={use}>
          {icons.check}
          {words.usePicture}
        </button>
      </>
    );

  return (
    <Dialog title={words.camera} onClose={onClose} wide class="camera-dialog" actions={actions}>
      <div class="camera-view">
        <video ref={video} playsInline muted hidden={taken !== null} aria-label={words.cameraView} />
        {taken !== null && <img src={taken.url} alt={words.pictureTaken} />}
        {taken === null && !live && <p class="hint">{words.cameraStarts}</p>}
      </div>
    </Dialog>
  );
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
