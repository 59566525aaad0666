/** Where a message is written: it grows with what is in it, and keeps what was not sent. */
import type { Contact } from '@sealpost/client'
import type { ContactId } from '@sealpost/protocol'
import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { sentenceOf } from '../locales/error-sentences.ts'
import { t } from '../locales/locale.ts'
import { inBackground } from '../state/background.ts'
import { type Composing, composing } from '../state/composing.ts'
import { drafts } from '../state/drafts.ts'
import { drawMessageId } from '../state/message-id.ts'
import { preferences } from '../state/preferences.ts'
import { doesSend } from '../state/send-key.ts'
import type { PeerApi } from '../wire/peer-api.ts'
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
  const about = aboutOf(contactId)
  const edited = about?.type === 'edit' ? about.message : undefined
  useEffect(() => {
    if (edited !== undefined) {
      setText(edited.text)
    }
  }, [edited])
  const send = (): void => {
    const words = text.trim()
    if (words === '') {
      return
    }
    change('')
    setProblem(undefined)
    composing.value = undefined
    say(peer, contactId, words, about).catch((error: unknown) => {
      // What could not be kept is given back, before what was written meanwhile.
      const meanwhile = drafts.of(contactId)
      change(meanwhile === '' ? words : `${words}\n${meanwhile}`)
      composing.value = about
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
      {about === undefined ? undefined : (
        <About
          about={about}
          name={name}
          onStop={() => {
            composing.value = undefined
            setText(drafts.of(contactId))
          }}
        />
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

/** What this conversation's composer is about. */
function aboutOf(contactId: ContactId): Composing | undefined {
  const { value } = composing
  return value?.message.contactId === contactId ? value : undefined
}

async function say(
  peer: PeerApi,
  contactId: ContactId,
  words: string,
  about: Composing | undefined
): Promise<void> {
  const messageId = about?.message.messageId
  if (about?.type === 'edit' && messageId !== undefined) {
    await peer.edit(messageId, words)
  } else {
    await peer.sendText(contactId, words, { messageId: drawMessageId(), replyTo: messageId })
  }
}

interface AboutProps {
  readonly about: Composing
  readonly name: string
  readonly onStop: () => void
}

function About({ about: { type, message }, name, onStop }: AboutProps): JSX.Element {
  const who = message.kind === 'sent' ? t('message.you') : name
  return (
    <div class="about" role="status">
      <span>
        <strong>{type === 'edit' ? t('compose.edit') : t('compose.reply', { name: who })}</strong>
        <span class="about-text" dir="auto">
          {message.text}
        </span>
      </span>
      <IconButton icon="close" label={t('action.cancel')} onClick={onStop} />
    </div>
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
  const about = composing.value
  useEffect(() => {
    const isBusy = area.current?.closest('main')?.contains(document.activeElement)
    // Whoever comes back to a message stays there; who answers one writes.
    if (about !== undefined || isBusy !== true) {
      area.current?.focus({ preventScroll: true })
    }
  }, [about])
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
