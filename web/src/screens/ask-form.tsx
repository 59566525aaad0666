import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { t } from '../locales/locale.ts'
import { go } from '../state/navigation.ts'
import { useApp } from '../ui/app-context.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { useTask } from '../ui/use-task.ts'

/** Asks whom a link leads to, with first words or without, and opens the chat. */
export function AskForm({ link }: { readonly link: string }): JSX.Element {
  const app = useApp()
  const { error, isRunning, run } = useTask()
  const [text, setText] = useState('')
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault()
        run(async () => {
          const words = text.trim()
          const contact = await app.peer.add(link, words === '' ? {} : { text: words })
          app.noteContact(contact)
          // The link does not stay in the way back: it is a secret, and was used.
          go({ screen: 'chat', contactId: contact.contactId }, true)
        })
      }}
    >
      <Field
        label={t('ask.text')}
        hint={t('ask.text.hint')}
        isLong
        maxLength={1_000}
        value={text}
        onInput={setText}
      />
      {error === undefined ? undefined : (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      <Button type="submit" kind="main" isDisabled={isRunning}>
        {isRunning ? t('ask.sending') : t('ask.send')}
      </Button>
    </form>
  )
}
