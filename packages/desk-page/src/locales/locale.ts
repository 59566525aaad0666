/** What the page says, in English or Chinese: the browser's language at first, then what was chosen. */
import { signal } from '@preact/signals'
import type { Catalogue } from './catalogue.ts'
import { en } from './en.ts'
import { zhCn } from './zh-cn.ts'

export const LOCALES = ['en', 'zh-CN'] as const
export type Locale = (typeof LOCALES)[number]
export const LOCALE_NAMES: Readonly<Record<Locale, string>> = { en: 'English', 'zh-CN': '简体中文' }

type Plural<Key extends string> = Key extends `${infer Base}_one` ? Base : never
export type TextKey =
  Exclude<keyof typeof en, `${string}_one` | `${string}_other`> | Plural<keyof typeof en>

const KEY = 'sealpost desk language'
const CATALOGUES: Readonly<Record<Locale, Catalogue>> = { en, 'zh-CN': zhCn }
const chosen = signal<Locale>(readChosen())

/** The language that is shown now. */
export function locale(): Locale {
  return chosen.value
}

/** Shows another language, now and when this browser comes again. */
export function chooseLocale(to: Locale): void {
  chosen.value = to
  localStorage.setItem(KEY, to)
  document.documentElement.lang = to
}

export function t(key: TextKey, values: Readonly<Record<string, string | number>> = {}): string {
  const catalogue: Readonly<Record<string, string>> = CATALOGUES[chosen.value]
  const isOne = values['count'] === 1
  const text = catalogue[key] ?? catalogue[`${key}_${isOne ? 'one' : 'other'}`] ?? key
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}

/** The largest unit that fits: `3 days`. */
export function spanText(ms: number): string {
  const [span, unit] = SPANS.find(([least]) => ms >= least) ?? SPANS[2]
  const amount = Math.max(0, Math.floor(ms / span))
  return amount.toLocaleString(locale(), { style: 'unit', unit, unitDisplay: 'long' })
}

export function timeText(atMs: number): string {
  return new Date(atMs).toLocaleString(locale(), { dateStyle: 'medium', timeStyle: 'short' })
}

/** `2026-11` as people say it. */
export function monthText(month: string): string {
  const [year = 0, number = 1] = month.split('-').map(Number)
  const middle = new Date(Date.UTC(year, number - 1, 15))
  return middle.toLocaleDateString(locale(), { year: 'numeric', month: 'short', timeZone: 'UTC' })
}

const SPANS = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute']
] as const

/** The first of a person's languages that there is; English for none. */
function preferredLocale(languages: readonly string[]): Locale {
  const known = languages.map((language) => language.toLowerCase().slice(0, 2))
  return known.find((language) => language === 'zh' || language === 'en') === 'zh' ? 'zh-CN' : 'en'
}

function readChosen(): Locale {
  const kept = localStorage.getItem(KEY)
  return LOCALES.find((one) => one === kept) ?? preferredLocale(navigator.languages)
}
