import type { BlockAnswer } from '@sealpost/operator'
import type { JSX } from 'preact'
import { dayTimeText } from '../locales/amounts.ts'
import { t } from '../locales/locale.ts'
import { blocks } from '../slow-view.ts'

const SHOWN_MAX = 8

/** Whom the relay does not serve, and until when. */
export function Blocks(): JSX.Element | undefined {
  const found = blocks.answer.value
  if (found === undefined) {
    return undefined
  }
  const shown = found.blocks.slice(0, SHOWN_MAX)
  return (
    <section class="card" aria-labelledby="blocks">
      <h2 id="blocks">{t('blocks.title')}</h2>
      {shown.length === 0 ? (
        <p class="soft">{t('blocks.none')}</p>
      ) : (
        <ul class="rows">
          {shown.map((block) => (
            <Block key={block.id} block={block} />
          ))}
        </ul>
      )}
      {found.blocks.length > SHOWN_MAX ? (
        <p class="soft">{t('blocks.more', { count: found.blocks.length - SHOWN_MAX })}</p>
      ) : undefined}
    </section>
  )
}

function Block({ block }: { readonly block: BlockAnswer }): JSX.Element {
  const { by, expiresAtMs, id, kind, range, reason } = block
  return (
    <li>
      <strong>{range ?? `${t(`block.${kind}`)} ${id}`}</strong>
      <span>{reason}</span>
      <span class="soft">{t('blocks.until', { time: dayTimeText(expiresAtMs), by })}</span>
    </li>
  )
}
