/** How the app looks and behaves in this browser: nothing about people, so it is kept beside the home, readable before it is unlocked. */
import { type ReadonlySignal, signal } from '@preact/signals'
import { LOCALES, type Locale } from '../locales/locale.ts'
import { DAY_MINUTES, type QuietHours } from './quiet-hours.ts'
import { type Sound, SOUNDS } from './sounds.ts'

export interface Preferences {
  readonly theme: 'system' | 'light' | 'dark' | 'contrast'
  readonly density: 'comfortable' | 'cosy' | 'compact'
  /** In CSS pixels, 12 to 24. */
  readonly fontSize: number
  readonly messages: 'bubbles' | 'rows'
  readonly motion: 'system' | 'less'
  readonly hours: 'system' | '12' | '24'
  /** Undefined follows the browser. */
  readonly locale: Locale | undefined
  /** Whether Enter sends, and Shift+Enter begins a line; else Ctrl+Enter sends. */
  readonly doesEnterSend: boolean
  /** A home with a passphrase is locked after so long without a sign of the person; 0 for never. */
  readonly autoLockMinutes: AutoLockMinutes
  /** Whether messages that come while nobody looks are told of. */
  readonly isNotified: boolean
  /** Whether that says who wrote, and what. */
  readonly isPreviewShown: boolean
  readonly sound: Sound
  /** From 0 to 100. */
  readonly volume: number
  /** Undefined for none. */
  readonly quietHours: QuietHours | undefined
  /** When somebody was reminded that nothing seals their home, and said "not now"; undefined where they never did. */
  readonly protectionPutOffAtMs: number | undefined
}

export const AUTO_LOCK_MINUTES = [0, 1, 5, 15, 60] as const
export type AutoLockMinutes = (typeof AUTO_LOCK_MINUTES)[number]

export const DEFAULT_PREFERENCES: Preferences = {
  theme: 'system',
  density: 'comfortable',
  fontSize: 16,
  messages: 'bubbles',
  motion: 'system',
  hours: 'system',
  locale: undefined,
  doesEnterSend: true,
  autoLockMinutes: 15,
  isNotified: true,
  isPreviewShown: false,
  sound: 'drop',
  volume: 60,
  quietHours: undefined,
  protectionPutOffAtMs: undefined
}

const KEY = 'sealpost preferences'
/** In CSS pixels. */
export const FONT_SIZES = { min: 12, max: 24 } as const

const VOLUME_MAX = 100

const current = signal<Preferences>(read())

export const preferences: ReadonlySignal<Preferences> = current

export function prefer(some: Partial<Preferences>): void {
  current.value = parsePreferences({ ...current.value, ...some })
  try {
    localStorage.setItem(KEY, JSON.stringify(current.value))
  } catch {
    // A browser that keeps nothing: it holds until the page is closed.
  }
}

/** Follows what another tab of this browser prefers. */
export function followPreferences(): void {
  addEventListener('storage', ({ key }) => {
    if (key === KEY) {
      current.value = read()
    }
  })
}

/** What is one of the possible values is taken; the default for all else. */
export function parsePreferences(value: unknown): Preferences {
  const given: Readonly<Record<string, unknown>> =
    typeof value === 'object' && value ? { ...value } : {}
  const one = <T>(name: keyof Preferences, possible: readonly T[], otherwise: T): T =>
    possible.find((candidate) => candidate === given[name]) ?? otherwise
  const { fontSize } = given
  const isSize =
    typeof fontSize === 'number' && fontSize >= FONT_SIZES.min && fontSize <= FONT_SIZES.max
  return {
    theme: one('theme', ['system', 'light', 'dark', 'contrast'], DEFAULT_PREFERENCES.theme),
    density: one('density', ['comfortable', 'cosy', 'compact'], DEFAULT_PREFERENCES.density),
    fontSize: isSize ? Math.round(fontSize) : DEFAULT_PREFERENCES.fontSize,
    messages: one('messages', ['bubbles', 'rows'], DEFAULT_PREFERENCES.messages),
    motion: one('motion', ['system', 'less'], DEFAULT_PREFERENCES.motion),
    hours: one('hours', ['system', '12', '24'], DEFAULT_PREFERENCES.hours),
    locale: LOCALES.find((candidate) => candidate === given['locale']),
    doesEnterSend: one('doesEnterSend', [true, false], DEFAULT_PREFERENCES.doesEnterSend),
    autoLockMinutes: one('autoLockMinutes', AUTO_LOCK_MINUTES, DEFAULT_PREFERENCES.autoLockMinutes),
    isNotified: one('isNotified', [true, false], DEFAULT_PREFERENCES.isNotified),
    isPreviewShown: one('isPreviewShown', [true, false], DEFAULT_PREFERENCES.isPreviewShown),
    sound: one('sound', SOUNDS, DEFAULT_PREFERENCES.sound),
    volume: wholeUpTo(given['volume'], VOLUME_MAX) ?? DEFAULT_PREFERENCES.volume,
    quietHours: parseQuietHours(given['quietHours']),
    protectionPutOffAtMs: wholeUpTo(given['protectionPutOffAtMs'], Number.MAX_SAFE_INTEGER)
  }
}

function parseQuietHours(value: unknown): QuietHours | undefined {
  const given: Readonly<Record<string, unknown>> =
    typeof value === 'object' && value ? { ...value } : {}
  const from = wholeUpTo(given['from'], DAY_MINUTES - 1)
  const to = wholeUpTo(given['to'], DAY_MINUTES - 1)
  return from === undefined || to === undefined ? undefined : { from, to }
}

function wholeUpTo(value: unknown, max: number): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max
    ? value
    : undefined
}

function read(): Preferences {
  try {
    return parsePreferences(JSON.parse(localStorage.getItem(KEY) ?? '{}'))
  } catch {
    return DEFAULT_PREFERENCES
  }
}
