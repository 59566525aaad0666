/** What is said of conversations that are emptied: of `sentences.ts`, which is one place for all. */
export const clearSentences = {
  ask: (name: string): string =>
    `Delete all messages with ${name} from all your devices? ${name} keeps theirs. [y/N]`,
  notDone: 'Nothing was deleted.',
  done: (count: number): string => {
    if (count === 0) {
      return 'There was nothing to delete.'
    }
    return count === 1
      ? 'It is gone from your devices. Whoever else has it keeps it.'
      : `All ${String(count)} are gone from your devices. Whoever else has them keeps them.`
  },
  forgotten: (name: string): string => `${name} is no contact any more.`
} as const
