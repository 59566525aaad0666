/** The sounds of a message that comes: made here, so that none is loaded. */

export const SOUNDS = ['none', 'drop', 'bell', 'knock'] as const
export type Sound = (typeof SOUNDS)[number]

interface Tone {
  readonly hertz: number
  readonly atMs: number
  readonly ms: number
  readonly type: OscillatorType
}

const TONES: Readonly<Record<Sound, readonly Tone[]>> = {
  none: [],
  drop: [
    { hertz: 880, atMs: 0, ms: 90, type: 'sine' },
    { hertz: 1_320, atMs: 70, ms: 160, type: 'sine' }
  ],
  bell: [
    { hertz: 1_046, atMs: 0, ms: 500, type: 'sine' },
    { hertz: 2_093, atMs: 0, ms: 260, type: 'sine' }
  ],
  knock: [
    { hertz: 160, atMs: 0, ms: 70, type: 'triangle' },
    { hertz: 160, atMs: 140, ms: 70, type: 'triangle' }
  ]
}

/** Louder is unpleasant. */
const GAIN_MAX = 0.4
const FADE_MS = 12

let context: AudioContext | undefined

/** Plays it once, unless the browser lets the page make no sound yet. @param volume from 0 to 100 */
export function play(sound: Sound, volume: number): void {
  const tones = TONES[sound]
  if (tones.length === 0 || volume <= 0) {
    return
  }
  context ??= new AudioContext()
  void context.resume()
  for (const { hertz, atMs, ms, type } of tones) {
    const start = context.currentTime + atMs / 1_000
    const end = start + ms / 1_000
    const gain = new GainNode(context, { gain: 0 })
    gain.gain.setValueAtTime(0, start)
    gain.gain.linearRampToValueAtTime((GAIN_MAX * volume) / 100, start + FADE_MS / 1_000)
    gain.gain.exponentialRampToValueAtTime(0.0001, end)
    const oscillator = new OscillatorNode(context, { frequency: hertz, type })
    oscillator.connect(gain).connect(context.destination)
    oscillator.start(start)
    oscillator.stop(end)
  }
}
