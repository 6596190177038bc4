/** Two quiet notes, when the timer ends and to try a loudspeaker. Where the browser lets no page sound before it was touched, nothing is heard. */

/** Hertz. */
const NOTES = [659, 523] as const;
/** Seconds of a note. */
const LENGTH = 0.5;
/** Of full loudness. */
const LOUDNESS = 0.12;

/** Milliseconds that a browser may take to let it sound. */
const PATIENCE = 500;

/** `speaker`: the loudspeaker's id, where the browser lets a page choose one; empty: the system's. */
export async function chime(speaker = ""): Promise<void> {
  if (typeof AudioContext !== "function") return;
  const sound = new AudioContext();
  try {
    // Where it may not sound this is answered at the next touch, which is too late.
    await Promise.race([sound.resume(), new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
    if (sound.state === "running") await play(sound, await wayTo(sound, speaker));
  } finally {
    await sound.close();
  }
}

/** Only elements can be led to a loudspeaker in older browsers. */
async function wayTo(sound: AudioContext, speaker: string): Promise<AudioNode> {
  if (speaker === "" || !("setSinkId" in HTMLMediaElement.prototype)) return sound.destination;
  const way = sound.createMediaStreamDestination();
  const element = new Audio();
  element.srcObject = way.stream;
  await element.setSinkId(speaker);
  await element.play();
  return way;
}

function play(sound: AudioContext, into: AudioNode): Promise<unknown> {
  const notes = NOTES.map((pitch, i) => {
    const from = sound.currentTime + i * LENGTH * 0.6;
    const note = sound.createOscillator();
    const loudness = sound.createGain();
    note.frequency.value = pitch;
    loudness.gain.setValueAtTime(0, from);
    loudness.gain.linearRampToValueAtTime(LOUDNESS, from + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.001, from + LENGTH);
    note.connect(loudness).connect(into);
    note.start(from);
    note.stop(from + LENGTH);
    return new Promise((resolve) => (note.onended = resolve));
  });
  return Promise.all(notes);
}
