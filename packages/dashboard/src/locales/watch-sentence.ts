import { locale } from './locale.ts'
import { zhCnWatch } from './zh-cn-watch.ts'

/** What the watch of a relay says, in the page's language; undefined for a sentence of another version of the relay. */
export function watchSentence(sentence: string): string | undefined {
  return locale() === 'en' ? sentence : zhCnWatch.get(sentence)
}
