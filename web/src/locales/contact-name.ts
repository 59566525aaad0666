import type { Contact } from '@sealpost/client'
import { t } from './locale.ts'

/** What somebody is called here: nobody knows before their link was claimed. */
export function nameOf({ name }: Pick<Contact, 'name'>): string {
  return name === '' ? t('contact.unnamed') : name
}
