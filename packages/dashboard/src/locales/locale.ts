/** What the page says, in English or Chinese: the browser's language at first, then what was chosen. */
import { signal } from '@preact/signals'
import { type Catalogue, type CatalogueKey, CHINESE, ENGLISH } from './catalogue.ts'

export const LOCALES = ['en', 'zh-CN'] as const
export type Locale = (typeof LOCALES)[number]
export const LOCALE_NAMES: Readonly<Record<Locale, string>> = { en: 'English', 'zh-CN': '简体中文' }

type Plural<Key extends string> = Key extends `${infer Base}_one` ? Base : never
export type TextKey =
  Exclude<CatalogueKey, `${string}_one` | `${string}_other`> | Plural<CatalogueKey>

const KEY = 'sealpost relay language'
const CATALOGUES: Readonly<Record<Locale, Catalogue>> = { en: ENGLISH, 'zh-CN': CHINESE }
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

/** The first of a person's languages that there is; English for none. */
function preferredLocale(languages: readonly string[]): Locale {
  const known = languages.map((language) => language.toLowerCase().slice(0, 2))
  return known.find((language) => language === 'zh' || language === 'en') === 'zh' ? 'zh-CN' : 'en'
}

/** What an alarm that comes with every relay means; undefined for one of the operator's own. */
export function alarmSentence(name: string): string | undefined {
  const catalogue: Readonly<Record<string, string>> = CATALOGUES[chosen.value]
  return catalogue[`alarm.${name}`]
}

function readChosen(): Locale {
  const kept = localStorage.getItem(KEY) ?? ''
  return preferredLocale(kept === '' ? navigator.languages : [kept])
}
