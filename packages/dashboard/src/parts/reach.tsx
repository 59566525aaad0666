import type { StatusAnswer } from '@sealpost/operator'
import type { JSX } from 'preact'
import { dayTimeText, secondsText, spanText } from '../locales/amounts.ts'
import { t } from '../locales/locale.ts'

const WRONG_CLOCK_MS = 2_000

type ReachProps = Pick<StatusAnswer, 'reach' | 'certificate'>

/** Whether others get to the relay, and until when its certificate lets them. */
export function Reach({ certificate, reach }: ReachProps): JSX.Element {
  const isIll = reach.families.some(({ state }) => state === 'unreached')
  return (
    <section class={isIll ? 'card ill' : 'card'} aria-labelledby="reach">
      <h2 id="reach">{t('reach.title')}</h2>
      {reach.neighbourCount === 0 ? (
        <p class="soft">{t('reach.none')}</p>
      ) : (
        <Tested reach={reach} />
      )}
      <p>
        {certificate === undefined
          ? t('reach.certificate.none')
          : t('reach.certificate', {
              time: dayTimeText(certificate.expiresAtMs),
              span: spanText(Math.max(0, certificate.expiresAtMs - Date.now()))
            })}
      </p>
      {certificate?.isNextRefused === true ? (
        <p role="alert">{t('reach.certificate.refused')}</p>
      ) : undefined}
    </section>
  )
}

function Tested({ reach }: Pick<ReachProps, 'reach'>): JSX.Element {
  const { answeredCount, checkedAtMs, clockOffsetMs, families, neighbourCount } = reach
  const said = t('reach.asked', { answered: answeredCount, all: neighbourCount })
  const ago =
    checkedAtMs === undefined
      ? ''
      : t('reach.checked', { span: spanText(Date.now() - checkedAtMs) })
  return (
    <>
      <dl class="facts">
        {families.map(({ family, state }) => (
          <div key={family}>
            <dt>{t(`family.${family}`)}</dt>
            <dd>{t(`reach.${state}`)}</dd>
          </div>
        ))}
        {clockOffsetMs === undefined ? undefined : (
          <div>
            <dt>{t('reach.clock')}</dt>
            <dd>
              {Math.abs(clockOffsetMs) < WRONG_CLOCK_MS
                ? t('reach.clock.right')
                : t('reach.clock.wrong', { seconds: secondsText(clockOffsetMs) })}
            </dd>
          </div>
        )}
      </dl>
      <p class="soft">
        {said} {ago}
      </p>
    </>
  )
}
