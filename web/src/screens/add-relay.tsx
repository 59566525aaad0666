/** A further relay: tried first, with a mailbox that is thrown away, and taken if it is good. */
import { type RelayReport } from '@sealpost/client'
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { sentenceOfCode } from '../locales/error-sentences.ts'
import { t } from '../locales/locale.ts'
import { useApp } from '../ui/app-context.ts'
import { Button } from '../ui/button.tsx'
import { ErrorLine } from '../ui/error-line.tsx'
import { Field } from '../ui/field.tsx'
import { useTask } from '../ui/use-task.ts'

const RELAYS_MAX = 5
/** An operator may say anything, at any length. */
const SAID_MAX = 300

export function AddRelay({ count }: { readonly count: number }): JSX.Element {
  const app = useApp()
  const testing = useTask()
  const adding = useTask()
  const [address, setAddress] = useState('')
  const [report, setReport] = useState<RelayReport | undefined>(undefined)
  const change = (to: string): void => {
    setAddress(to)
    setReport(undefined)
  }
  return (
    <section class="card" aria-labelledby="add-relay">
      <h2 id="add-relay">{t('network.add')}</h2>
      {count >= RELAYS_MAX ? (
        <p class="quiet">{t('network.add.full')}</p>
      ) : (
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault()
            testing.run(async () => {
              setReport(await app.peer.testRelay(address.trim()))
            })
          }}
        >
          <Field
            label={t('network.add.address')}
            hint={t('network.add.hint')}
            error={testing.error}
            value={address}
            onInput={change}
          />
          {report === undefined ? undefined : <Report report={report} />}
          <div class="actions">
            {report?.problem === undefined && report !== undefined ? (
              <Button
                kind="main"
                isDisabled={adding.isRunning}
                onClick={() => {
                  adding.run(async () => {
                    await app.peer.addRelay(address.trim())
                    app.noteRelays()
                    change('')
                  })
                }}
              >
                {adding.isRunning ? t('network.add.adding') : t('network.add.do')}
              </Button>
            ) : (
              <Button type="submit" isDisabled={testing.isRunning || address.trim() === ''}>
                {testing.isRunning ? t('network.add.testing') : t('network.add.test')}
              </Button>
            )}
          </div>
          <ErrorLine error={adding.error} />
        </form>
      )}
    </section>
  )
}

function Report({ report }: { readonly report: RelayReport }): JSX.Element {
  const { problem, roundTripMs, operator, policy } = report
  return (
    <div class={`note ${problem === undefined ? 'good' : 'warning'} stack`} role="status">
      <p>
        {problem === undefined
          ? t('network.add.works', { ms: Math.max(1, Math.round(roundTripMs)) })
          : t('network.add.problem', { reason: sentenceOfCode(problem) })}
      </p>
      {operator === '' ? undefined : (
        <p dir="auto">{t('network.add.operator', { operator: operator.slice(0, SAID_MAX) })}</p>
      )}
      {policy === '' ? undefined : (
        <p dir="auto">{t('network.add.policy', { policy: policy.slice(0, SAID_MAX) })}</p>
      )}
    </div>
  )
}
