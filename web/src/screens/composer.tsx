/** Where a message is written: it grows with what is in it, and keeps what was not sent. */
import type { Contact } from '@sealpost/client'
import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { sentenceOf } from '../locales/error-sentences.ts'
import { t } from '../locales/locale.ts'
import { inBackground } from '../state/background.ts'
import { drafts } from '../state/drafts.ts'
import { drawMessageId } from '../state/message-id.ts'
import { preferences } from '../state/preferences.ts'
import { doesSend } from '../state/send-key.ts'
import { useApp } from '../ui/app-context.ts'
import { IconButton } from '../ui/button.tsx'

/** The end of a composition may come just before the Enter that ended it. */
const COMPOSED_MS = 50

export function Composer({ contact }: { readonly contact: Contact }): JSX.Element {
  const { peer } = useApp()
  const { contactId, name } = contact
  const [text, setText] = useState(() => drafts.of(contactId))
  const [problem, setProblem] = useState<string | undefined>(undefined)
  const change = (to: string): void => {
    setText(to)
    drafts.keep(contactId, to)
    inBackground(peer.setTyping(contactId, to !== ''))
  }
  const send = (): void => {
    const words = text.trim()
    if (words === '') {
      return
    }
    change('')
    setProblem(undefined)
    peer.sendText(contactId, words, drawMessageId()).catch((error: unknown) => {
      // What could not be kept is given back, before what was written meanwhile.
      const meanwhile = drafts.of(contactId)
      change(meanwhile === '' ? words : `${words}\n${meanwhile}`)
      setProblem(t('chat.failed', { reason: sentenceOf(error) }))
    })
  }
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      {problem === undefined ? undefined : (
        <p class="error" role="alert">
          {problem}
        </p>
      )}
      <div class="composer-line">
        <Words name={name} text={text} onChange={change} onSend={send} />
        <IconButton
          type="submit"
          icon="send"
          label={t('chat.send')}
          isDisabled={text.trim() === ''}
        />
      </div>
    </form>
  )
}

interface WordsProps {
  readonly name: string
  readonly text: string
  readonly onChange: (text: string) => void
  readonly onSend: () => void
}

function Words({ name, text, onChange, onSend }: WordsProps): JSX.Element {
  const area = useRef<HTMLTextAreaElement | undefined>(undefined)
  const composedAtMs = useRef(-COMPOSED_MS)
  const { doesEnterSend } = preferences.value
  useEffect(() => {
    area.current?.focus({ preventScroll: true })
  }, [])
  return (
    <textarea
      ref={(element) => {
        area.current = element ?? undefined
      }}
      rows={1}
      value={text}
      placeholder={t('chat.write')}
      aria-label={`${t('chat.write')}: ${name}`}
      enterkeyhint={doesEnterSend ? 'send' : 'enter'}
      onInput={(event) => {
        onChange(event.currentTarget.value)
      }}
      onCompositionEnd={(event) => {
        composedAtMs.current = event.timeStamp
      }}
      onKeyDown={(event) => {
        const isComposing = event.timeStamp - composedAtMs.current < COMPOSED_MS
        if (!isComposing && doesSend(event, doesEnterSend)) {
          event.preventDefault()
          onSend()
        }
      }}
    />
  )
}
