import type { enWords } from './en-words.ts'

/** Simplified Chinese, of what is done with words: begun, passed on, deleted. */
export const zhCnWords: Readonly<Record<keyof typeof enWords, string>> = {
  'home.draft': '草稿：'
}
