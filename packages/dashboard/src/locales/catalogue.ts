/** Every text of the page, by language. */
import { en } from './en.ts'
import { enPanels } from './en-panels.ts'
import { zhCn } from './zh-cn.ts'
import { zhCnPanels } from './zh-cn-panels.ts'

export type CatalogueKey = keyof typeof en | keyof typeof enPanels
/** Every text of the page, in one language. */
export type Catalogue = Readonly<Record<CatalogueKey, string>>

export const ENGLISH: Catalogue = { ...en, ...enPanels }
export const CHINESE: Catalogue = { ...zhCn, ...zhCnPanels }
