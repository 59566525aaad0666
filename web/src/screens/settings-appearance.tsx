/** How the app looks in this browser. */
import type { JSX } from 'preact'
import { useId } from 'preact/hooks'
import { timeOf } from '../locales/dates.ts'
import { t } from '../locales/locale.ts'
import { clockStyle } from '../state/clock-style.ts'
import { FONT_SIZES, prefer, preferences } from '../state/preferences.ts'
import { ChoiceGroup } from '../ui/choice-group.tsx'
import { FormattedText } from '../ui/formatted-text.tsx'

export function AppearanceSection(): JSX.Element {
  const { theme, density, messages, motion, hours } = preferences.value
  return (
    <>
      <Sample />
      <section class="card settings">
        <ChoiceGroup
          isBrief
          label={t('theme.label')}
          value={theme}
          options={(['system', 'light', 'dark', 'contrast'] as const).map((value) => {
            return { value, label: t(`theme.${value}`) }
          })}
          onChoose={(chosen) => {
            prefer({ theme: chosen })
          }}
        />
        <FontSize />
        <ChoiceGroup
          isBrief
          label={t('messages.label')}
          value={messages}
          options={(['bubbles', 'rows'] as const).map((value) => {
            return { value, label: t(`messages.${value}`) }
          })}
          onChoose={(chosen) => {
            prefer({ messages: chosen })
          }}
        />
        <ChoiceGroup
          isBrief
          label={t('density.label')}
          value={density}
          options={(['comfortable', 'cosy', 'compact'] as const).map((value) => {
            return { value, label: t(`density.${value}`) }
          })}
          onChoose={(chosen) => {
            prefer({ density: chosen })
          }}
        />
        <Rest motion={motion} hours={hours} />
      </section>
    </>
  )
}

type RestProps = Pick<(typeof preferences)['value'], 'motion' | 'hours'>

function Rest({ motion, hours }: RestProps): JSX.Element {
  return (
    <>
      <ChoiceGroup
        isBrief
        label={t('hours.label')}
        value={hours}
        options={(['system', '12', '24'] as const).map((value) => {
          return { value, label: t(`hours.${value}`) }
        })}
        onChoose={(chosen) => {
          prefer({ hours: chosen })
        }}
      />
      <ChoiceGroup
        isBrief
        label={t('motion.label')}
        value={motion}
        options={(['system', 'less'] as const).map((value) => {
          return { value, label: t(`motion.${value}`) }
        })}
        onChoose={(chosen) => {
          prefer({ motion: chosen })
        }}
      />
    </>
  )
}

function FontSize(): JSX.Element {
  const id = useId()
  const { fontSize } = preferences.value
  const size = t('size.value', { size: fontSize })
  return (
    <div class="range">
      <label for={id}>{t('size.label')}</label>
      <output for={id}>{size}</output>
      <input
        id={id}
        type="range"
        min={FONT_SIZES.min}
        max={FONT_SIZES.max}
        step={1}
        value={fontSize}
        aria-valuetext={size}
        onInput={(event) => {
          prefer({ fontSize: event.currentTarget.valueAsNumber })
        }}
      />
    </div>
  )
}

/** Two messages, as they are shown with what is chosen. */
function Sample(): JSX.Element {
  const time = timeOf(Date.now(), clockStyle())
  return (
    <section class="card sample" aria-label={t('sample.label')}>
      <div class="message theirs">
        <div class="bubble">
          <FormattedText text={t('sample.theirs')} />
          <span class="meta">
            <time>{time}</time>
          </span>
        </div>
      </div>
      <div class="message own">
        <div class="bubble">
          <FormattedText text={t('sample.own')} />
          <span class="meta">
            <time>{time}</time>
          </span>
        </div>
      </div>
    </section>
  )
}
