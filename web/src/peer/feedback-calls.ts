/** Keeps in the home what somebody wrote to those who make the app. */
import { Lanes } from '@sealpost/host'
import { UsageError } from '@sealpost/protocol'
import {
  type Feedback,
  type FeedbackCalls,
  FEEDBACKS_MAX,
  isFeedbackNumber,
  parseFeedback,
  parseFeedbackDraft
} from '../wire/feedback.ts'
import type { Home } from './home.ts'
import { keepNote, type NoteKeeper, readNotes } from './notes.ts'
import { excerptOf, failuresOf, type RecentLog } from './recent-log.ts'

const DRAFT = 'feedback-draft'
/** Numbers of what there is, the oldest first. Each has a note of its own. */
const LIST = 'feedback'
/** Changes that may wait for each other. */
const WAITING_MAX = 64

export function feedbackCalls(
  home: Pick<Home, 'client'> | { readonly client: NoteKeeper },
  log: Pick<RecentLog, 'events'>
): FeedbackCalls {
  /** One after the other, whichever tab asks: each change of the list begins with what is on it. */
  const changes = new Lanes<string>(WAITING_MAX)
  const list = async (): Promise<readonly string[]> => {
    const [numbers] = await readNotes(home.client, [LIST])
    return Array.isArray(numbers) ? numbers.filter(isFeedbackNumber) : []
  }
  return {
    feedbackDraft: async () => {
      const [draft] = await readNotes(home.client, [DRAFT])
      return parseFeedbackDraft(draft)
    },
    keepFeedbackDraft: (draft) => {
      const kept = parseFeedbackDraft(draft)
      return keepNote(home.client, DRAFT, kept.text === '' ? undefined : kept)
    },
    feedbacks: async () => {
      const numbers = await list()
      const notes = await readNotes(home.client, numbers.map(nameOf))
      return notes
        .map(parseFeedback)
        .filter((feedback): feedback is Feedback => feedback !== undefined)
        .reverse()
    },
    keepFeedback: (given) =>
      changes.run(LIST, async () => {
        const feedback = parseFeedback(given)
        if (feedback === undefined || feedback.text.trim() === '') {
          throw new UsageError('SEALPOST_USAGE', undefined, { detail: 'text-empty' })
        }
        const { number } = feedback
        const numbers = await list()
        if (!numbers.includes(number)) {
          if (numbers.length >= FEEDBACKS_MAX) {
            throw new UsageError('SEALPOST_USAGE', 'there is more feedback than one home keeps')
          }
          // What is listed is there.
          await keepNote(home.client, nameOf(number), feedback)
          await keepNote(home.client, LIST, [...numbers, number])
        }
        await keepNote(home.client, DRAFT, undefined)
      }),
    removeFeedback: (number) =>
      changes.run(LIST, async () => {
        const numbers = await list()
        if (numbers.includes(number)) {
          await keepNote(
            home.client,
            LIST,
            numbers.filter((one) => one !== number)
          )
          await keepNote(home.client, nameOf(number), undefined)
        }
      }),
    recentLog: () => Promise.resolve([...failuresOf(log.events), ...excerptOf(log.events)])
  }
}

function nameOf(number: string): string {
  return `feedback/${number.toLowerCase()}`
}
