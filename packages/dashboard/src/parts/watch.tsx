import type { Action, Finding } from '@sealpost/operator'
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { spanText } from '../locales/amounts.ts'
import { t } from '../locales/locale.ts'
import { watchSentence } from '../locales/watch-sentence.ts'
import { actOn, watch } from '../slow-view.ts'

/** What is not as usual, why probably, and what can be done about it that can be taken back. */
export function Watch(): JSX.Element | undefined {
  const found = watch.answer.value
  if (found === undefined) {
    return undefined
  }
  const { actions, applied, findings } = found
  return (
    <section class="card wide" aria-labelledby="watch">
      <h2 id="watch">{t('watch.title')}</h2>
      {findings.length === 0 ? (
        <p class="soft">{t('watch.none')}</p>
      ) : (
        <ul class="rows">
          {findings.map((finding) => (
            <Found
              key={finding.id}
              finding={finding}
              action={applied.find(({ id }) => id === finding.id)}
            />
          ))}
        </ul>
      )}
      {actions === 'by-itself' ? <p class="soft">{t('watch.by-itself')}</p> : undefined}
    </section>
  )
}

interface FoundProps {
  readonly finding: Finding
  /** What was done about it, and holds. */
  readonly action: Action | undefined
}

function Found({ finding, action }: FoundProps): JSX.Element {
  const { causes, foundAtMs, sentence } = finding
  return (
    <li>
      <Sentence text={sentence} isStrong />
      <span class="soft">{t('watch.for', { span: spanText(Date.now() - foundAtMs) })}</span>
      <span>{t('watch.causes')}</span>
      <ol class="steps">
        {causes.map((cause) => (
          <li key={cause}>
            <Sentence text={cause} />
          </li>
        ))}
      </ol>
      <Remedy finding={finding} action={action} />
    </li>
  )
}

function Remedy({ finding, action }: FoundProps): JSX.Element | undefined {
  const [hasFailed, setFailed] = useState(false)
  if (finding.action === undefined) {
    return undefined
  }
  const act = (name: 'watch apply' | 'watch undo'): void => {
    setFailed(false)
    actOn(name, finding.id).catch(() => {
      setFailed(true)
    })
  }
  return (
    <>
      {action === undefined ? (
        <Sentence text={finding.action.sentence} />
      ) : (
        <span>
          {t('watch.applied', { option: action.option, from: action.from, to: action.to })}
        </span>
      )}
      <button
        type="button"
        onClick={() => {
          act(action === undefined ? 'watch apply' : 'watch undo')
        }}
      >
        {t(action === undefined ? 'watch.apply' : 'watch.undo')}
      </button>
      {hasFailed ? <span role="alert">{t('watch.failed')}</span> : undefined}
    </>
  )
}

function Sentence({
  text,
  isStrong = false
}: {
  readonly text: string
  readonly isStrong?: boolean
}): JSX.Element {
  const known = watchSentence(text)
  const lang = known === undefined ? 'en' : undefined
  return isStrong ? (
    <strong lang={lang}>{known ?? text}</strong>
  ) : (
    <span lang={lang}>{known ?? text}</span>
  )
}
