import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { t } from '../locales/locale.ts'

/** The line that an operator gives to people. */
export function Address({ address }: { readonly address: string }): JSX.Element {
  const [isCopied, setCopied] = useState(false)
  return (
    <div class="address">
      <h3>{t('address.title')}</h3>
      <code>{address}</code>
      <button
        type="button"
        onClick={() => {
          void navigator.clipboard.writeText(address).then(() => {
            setCopied(true)
          })
        }}
      >
        {isCopied ? t('address.copied') : t('address.copy')}
      </button>
    </div>
  )
}
