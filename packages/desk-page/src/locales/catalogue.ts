import type { en } from './en.ts'

/** Every text of the page, in one language. */
export type Catalogue = Readonly<Record<keyof typeof en, string>>
