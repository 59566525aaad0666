import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { t } from '../locales/locale.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { NoticeInShort } from './notice.tsx'

interface CreateProps {
  readonly name: string
  readonly relays: readonly string[]
  readonly onDone: (name: string, relays: readonly string[]) => void
}

/** A name, and a relay where the host of this page names none. */
export function CreateStep({ name: before, relays, onDone }: CreateProps): JSX.Element {
  const [name, setName] = useState(before)
  const [address, setAddress] = useState('')
  const chosen = relays.length > 0 ? relays : [address.trim()].filter((one) => one !== '')
  return (
    <main class="alone">
      <h1>{t('create.title')}</h1>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault()
          onDone(name, chosen)
        }}
      >
        <Field
          label={t('create.name')}
          hint={t('create.name.hint')}
          autocomplete="nickname"
          isFocused
          maxLength={64}
          value={name}
          onInput={setName}
        />
        {relays.length > 0 ? (
          <p class="quiet">
            {t('create.relay')}: {t('create.relay.here')}
          </p>
        ) : (
          <Field
            label={t('create.relay.address')}
            hint={t('create.relay.hint')}
            value={address}
            onInput={setAddress}
          />
        )}
        <NoticeInShort />
        <p class="hint">{t('notice.create')}</p>
        <Button type="submit" kind="main" isDisabled={name.trim() === '' || chosen.length === 0}>
          {t('action.continue')}
        </Button>
      </form>
    </main>
  )
}
