/** How loud the own microphone is, as a bar that moves with the voice. */
import { useEffect, useRef } from "preact/hooks";
import { words } from "../../words";
import { watchLevel } from "./level";

export interface LevelMeterProps {
  readonly stream: MediaStream | null;
  readonly heard?: (level: number) => void;
}

export function LevelMeter({ stream, heard }: LevelMeterProps) {
  const bar = useRef<HTMLSpanElement>(null);
  const told = useRef(heard);
  told.current = heard;
  useEffect(() => {
    if (stream === null) return;
    const stop = watchLevel(stream, (level) => {
      if (bar.current !== null) bar.current.style.transform = `scaleX(${level.toFixed(2)})`;
      told.current?.(level);
    });
    return () => {
      stop();
      if (bar.current !== null) bar.current.style.transform = "scaleX(0)";
    };
  }, [stream]);
  return (
    <span class="level" role="img" aria-label={words.callDevices.level}>
      <span class="level-bar" ref={bar} />
    </span>
  );
}
