// Two soft tones. A page may sound only after somebody has used it.

const TONES = [
  [0, 660],
  [0.13, 880],
] as const;
const LOUD = 0.05;
const LASTS_S = 0.35;

export function chime(): void {
  if (navigator.userActivation && !navigator.userActivation.hasBeenActive) return;
  const context = new AudioContext();
  for (const [at, pitch] of TONES) {
    const [tone, gain, begins] = [context.createOscillator(), context.createGain(), context.currentTime + at];
    tone.frequency.value = pitch;
    gain.gain.setValueAtTime(LOUD, begins);
    gain.gain.exponentialRampToValueAtTime(0.0001, begins + LASTS_S);
    tone.connect(gain).connect(context.destination);
    tone.start(begins);
    tone.stop(begins + LASTS_S);
  }
  setTimeout(() => void context.close(), 1000);
}
