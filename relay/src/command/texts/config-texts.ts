import type { ConfigShowAnswer } from '@sealpost/operator'
import type { AnswerTexts } from './answer-text.ts'

const HEADS: Readonly<Record<ConfigShowAnswer['of'], string>> = {
  running: '# What the relay that runs here goes by.',
  next: '# What the relay that runs here would go by once it was started again.',
  start: '# No relay runs here. What a start would go by.'
}

export const CONFIG_TEXTS: Pick<AnswerTexts, 'config show' | 'reload'> = {
  'config show': ({ of, options }) => {
    const shown = options.map(({ name, value, source }) => [`${name}: ${value}`, source] as const)
    const width = Math.min(60, Math.max(...shown.map(([text]) => text.length)))
    const lines = shown.map(([text, source]) => `${text.padEnd(width)}  # ${source}`)
    return `${[HEADS[of], ...lines].join('\n')}\n`
  },
  reload: ({ changed, needRestart }) => {
    const lines = [
      changed.length === 0 ? 'Nothing has changed.' : `Changed: ${changed.join(', ')}.`,
      ...(needRestart.length === 0 ? [] : [`Only a restart changes: ${needRestart.join(', ')}.`])
    ]
    return `${lines.join('\n')}\n`
  }
}
