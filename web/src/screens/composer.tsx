/** Where a message is written: it grows with what is in it, and keeps what was not sent. */
import type { Contact } from '@sealpost/client'
import type { ContactId, MessageId } from '@sealpost/protocol'
import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { sentenceOf } from '../locales/error-sentences.ts'
import { t } from '../locales/locale.ts'
import { inBackground } from '../state/background.ts'
import { drawMessageId } from '../state/message-id.ts'
import { preferences } from '../state/preferences.ts'
import { doesSend } from '../state/send-key.ts'
import { plainText } from '../state/text-format.ts'
import type { Draft } from '../wire/draft.ts'
import { useApp } from '../ui/app-context.ts'
import { IconButton } from '../ui/button.tsx'
import { useRead } from '../ui/use-read.ts'

/** The end of a composition may come just before the Enter that ended it. */
const COMPOSED_MS = 50

export function Composer({ contact }: { readonly contact: Contact }): JSX.Element {
  const { drafts, peer } = useApp()
  const { contactId, name } = contact
  const [problem, setProblem] = useState<{ readonly cause: unknown } | undefined>(undefined)
  const { draft, text, change, stop, goOn } = useDraft(contactId)
  const { edit, replyTo } = draft
  const send = (): void => {
    const words = text.trim()
    if (words === '') {
      return
    }
    setProblem(undefined)
    inBackground(peer.setTyping(contactId, false))
    const sending = (): Promise<unknown> =>
      edit === undefined
        ? peer.sendText(contactId, words, {
            messageId: drawMessageId(),
            replyTo,
            page: drafts.page
          })
        : peer.edit(edit.messageId, words)
    drafts.send(contactId, sending).catch((cause: unknown) => {
      setProblem({ cause })
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
          {t('chat.failed', { reason: sentenceOf(problem.cause) })}
        </p>
      )}
      {edit === undefined && replyTo === undefined ? undefined : (
        <About
          key={edit?.messageId ?? replyTo}
          draft={draft}
          name={name}
          onStop={stop}
          onGone={goOn}
        />
      )}
      <div class="composer-line">
        <Words
          name={name}
          text={text}
          about={edit?.messageId ?? replyTo}
          onChange={change}
          onSend={send}
        />
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

/** What is being written to somebody, and what can be done with it. */
function useDraft(contactId: ContactId): {
  readonly draft: Draft
  /** What stands in the field. */
  readonly text: string
  readonly change: (to: string) => void
  /** Neither answers nor changes a message any more. */
  readonly stop: () => void
  /** The message that it is about is gone: what was written stays. */
  readonly goOn: () => void
} {
  const { drafts, peer } = useApp()
  const draft = drafts.of(contactId).value
  const { edit, text } = draft
  return {
    draft,
    text: edit?.text ?? text,
    change: (to) => {
      drafts.change(
        contactId,
        edit === undefined ? { text: to } : { edit: { messageId: edit.messageId, text: to } }
      )
      inBackground(peer.setTyping(contactId, to !== ''))
    },
    stop: () => {
      drafts.change(contactId, edit === undefined ? { replyTo: undefined } : { edit: undefined })
    },
    goOn: () => {
      const words = text === '' ? (edit?.text ?? '') : text
      drafts.change(contactId, { text: words, replyTo: undefined, edit: undefined })
    }
  }
}

interface AboutProps {
  readonly draft: Draft
  readonly name: string
  readonly onStop: () => void
  /** It was taken back or deleted meanwhile. */
  readonly onGone: () => void
}

/** The message that is answered or changed. */
function About({ draft: { edit, replyTo }, name, onStop, onGone }: AboutProps): JSX.Element {
  const { peer } = useApp()
  const messageId = edit?.messageId ?? replyTo
  const { value: message, error } = useRead(
    messageId ?? '',
    async () => (messageId === undefined ? undefined : peer.message(messageId)),
    ({ type }) => type === 'message-changed' || type === 'message-deleted'
  )
  const isGone = error !== undefined || message?.withdrawnAtMs !== undefined
  useEffect(() => {
    if (isGone) {
      onGone()
    }
  }, [isGone])
  const reply = message?.kind === 'sent' ? t('compose.reply.own') : t('compose.reply', { name })
  return (
    <div class="about" role="status">
      <span>
        <strong>{edit === undefined ? reply : t('compose.edit')}</strong>
        <span class="about-text" dir="auto">
          {plainText(message?.text ?? '')}
        </span>
      </span>
      <IconButton icon="close" label={t('action.cancel')} onClick={onStop} />
    </div>
  )
}

interface WordsProps {
  readonly name: string
  readonly text: string
  /** The message that is answered or changed. */
  readonly about: MessageId | undefined
  readonly onChange: (text: string) => void
  readonly onSend: () => void
}

function Words({ name, text, about, onChange, onSend }: WordsProps): JSX.Element {
  const area = useRef<HTMLTextAreaElement | undefined>(undefined)
  const composedAtMs = useRef(-COMPOSED_MS)
  const { doesEnterSend } = preferences.value
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
