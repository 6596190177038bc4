/** A moving picture. Voices are played by the client, so that it is always mute. */
import { useLayoutEffect, useRef } from "preact/hooks";

export interface CallVideoProps {
  readonly stream: MediaStream;
  readonly label: string;
  /** The own face is seen as in a mirror. */
  readonly mirrored?: boolean;
}

export function CallVideo({ stream, label, mirrored = false }: CallVideoProps) {
  const video = useRef<HTMLVideoElement>(null);
  useLayoutEffect(() => {
    const shown = video.current;
    if (shown === null) return;
    shown.srcObject = stream;
    // Refused where it is taken away again before it begins.
    shown.play().catch((error: unknown) => console.warn(error));
    return () => {
      shown.srcObject = null;
    };
  }, [stream]);
  return <video class={mirrored ? "mirrored" : undefined} ref={video} playsInline muted autoplay aria-label={label} />;
}
