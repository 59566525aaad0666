/**
 * What the app says, in the person's language: typed catalogues, switched while the app runs. A text may hold `{names}`, and may
 * have forms for one and for many (`key_one`, `key_other`), chosen by the `{count}` it is given.
 */
import { signal } from '@preact/signals'
import type { Catalogue } from './catalogue.ts'
import { en } from './en.ts'

export const LOCALES = ['en', 'zh-CN'] as const
export type Locale = (typeof LOCALES)[number]
/** What one of them calls itself. */
export const LOCALE_NAMES: Readonly<Record<Locale, string>> = { en: 'English', 'zh-CN': '简体中文' }

type Plural<Key extends string> = Key extends `${infer Base}_one` ? Base : never
/** What can be said: a key of the catalogue, or what two plural forms have in common. */
export type TextKey =
  Exclude<keyof typeof en, `${string}_one` | `${string}_other`> | Plural<keyof typeof en>
export type TextValues = Readonly<Record<string, string | number>>

interface Spoken {
  readonly locale: Locale
  readonly catalogue: Catalogue
}

const spoken = signal<Spoken>({ locale: 'en', catalogue: en })

/** The language that is shown now. */
export function locale(): Locale {
  return spoken.value.locale
}

/** The first of a person's languages that there is; English for none. */
export function preferredLocale(languages: readonly string[]): Locale {
  for (const language of languages) {
    const lower = language.toLowerCase()
    if (lower.startsWith('zh')) {
      return 'zh-CN'
    }
    if (lower.startsWith('en')) {
      return 'en'
    }
  }
  return 'en'
}

/** Shows another language, once its catalogue is there. */
export async function setLocale(to: Locale): Promise<void> {
  const catalogue = to === 'en' ? en : (await import('./zh-cn.ts')).zhCn
  spoken.value = { locale: to, catalogue }
  document.documentElement.lang = to
}

/** A text in the person's language. */
export function t(key: TextKey, values: TextValues = {}): string {
  const { catalogue } = spoken.value
  return fill(catalogue[formOf(key, values)], values)
}

/** Sentences after each other; those that are empty are left out. */
export function paragraph(...sentences: readonly string[]): string {
  const between = spoken.value.locale === 'zh-CN' ? '' : ' '
  return sentences.filter((sentence) => sentence !== '').join(between)
}

function formOf(key: TextKey, { count }: TextValues): keyof Catalogue {
  const { catalogue, locale: spokenNow } = spoken.value
  if (typeof count === 'number' && !Object.hasOwn(catalogue, key)) {
    const isOne = new Intl.PluralRules(spokenNow).select(count) === 'one'
    return `${key}_${isOne ? 'one' : 'other'}` as keyof Catalogue
  }
  return key as keyof Catalogue
}

function fill(text: string, values: TextValues): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name]
    if (value === undefined) {
      return whole
    }
    return typeof value === 'number'
      ? new Intl.NumberFormat(spoken.value.locale).format(value)
      : value
  })
}
