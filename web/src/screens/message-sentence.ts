/** Messages in words: for lists, and for whoever hears them. */
import type { Message } from '@sealpost/client'
import { durationOf } from '../locales/duration.ts'
import { t } from '../locales/locale.ts'

/** What is to be said in place of a text; undefined where the text is to be shown. */
export function noticeSentence(message: Message, name: string): string | undefined {
  if (message.withdrawnAtMs !== undefined) {
    return message.kind === 'sent' ? t('chat.withdrawn.own') : t('chat.withdrawn', { name })
  }
  switch (message.kind) {
    case 'notice':
      return conversationNotice(message, name)
    case 'missing':
      return t('chat.missing', { count: message.missingCount, name })
    case 'unreadable':
      return message.isLost ? t('chat.lost') : t('chat.unreadable', { name })
    default:
      return undefined
  }
}

function conversationNotice({ notice, timerSeconds }: Message, name: string): string {
  switch (notice) {
    case undefined:
      return ''
    case 'timer-by-us':
    case 'timer-by-them':
      return timerSeconds === 0
        ? t(`chat.notice.${notice}.off`, { name })
        : t(`chat.notice.${notice}`, { name, time: durationOf(timerSeconds) })
    default:
      return t(`chat.notice.${notice}`, { name })
  }
}

/** One sentence for whoever does not see it: who, what, when, and how far it is. */
export function spokenSentence(message: Message, name: string, time: string): string {
  const { isStarred, kind, state = 'queued', text } = message
  const sentence =
    kind === 'sent'
      ? t('message.sentence.own', { text, time, state: t(`state.${state}`) })
      : t('message.sentence', { name, text, time })
  return isStarred ? t('star.sentence', { sentence }) : sentence
}
