/** Two quiet notes when the timer ends. Where the browser lets no page sound before it was touched, nothing is heard. */

/** Hertz. */
const NOTES = [659, 523] as const;
/** Seconds of a note. */
const LENGTH = 0.5;
/** Of full loudness. */
const LOUDNESS = 0.12;

export function chime(): void {
  if (typeof AudioContext !== "function") return;
  const sound = new AudioContext();
  // One that may not sound would wait, and sound at some later touch.
  if (sound.state === "suspended") {
    void sound.close();
    return;
  }
  const start = sound.currentTime;
  NOTES.forEach((pitch, i) => {
    const from = start + i * LENGTH * 0.6;
    const note = sound.createOscillator();
    const loudness = sound.createGain();
    note.frequency.value = pitch;
    loudness.gain.setValueAtTime(0, from);
    loudness.gain.linearRampToValueAtTime(LOUDNESS, from + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.001, from + LENGTH);
    note.connect(loudness).connect(sound.destination);
    note.start(from);
    note.stop(from + LENGTH);
    note.onended = i === NOTES.length - 1 ? () => void sound.close() : null;
  });
}
