/** How loud a microphone is, many times a second. */

/** Of the scale, decibels below full scale: a quiet room, and a voice close by. */
const QUIET = -60;
const LOUD = -12;
/** Milliseconds between two looks. */
const EVERY = 60;

/** 0 to 1. */
export function levelOf(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const decibels = 10 * Math.log10(sum / Math.max(1, samples.length) + 1e-12);
  return Math.min(1, Math.max(0, (decibels - QUIET) / (LOUD - QUIET)));
}

/** Tells how loud it is until the function that is returned is called. */
export function watchLevel(stream: MediaStream, told: (level: number) => void): () => void {
  if (typeof AudioContext !== "function" || stream.getAudioTracks().length === 0) return () => undefined;
  const sound = new AudioContext();
  const ear = sound.createAnalyser();
  ear.fftSize = 2048;
  sound.createMediaStreamSource(stream).connect(ear);
  void sound.resume();
  const samples = new Float32Array(ear.fftSize);
  const timer = setInterval(() => {
    ear.getFloatTimeDomainData(samples);
    told(levelOf(samples));
  }, EVERY);
  return () => {
    clearInterval(timer);
    void sound.close();
  };
}
