/** What is known of the program itself: which one runs, who vouches for it, what was refused, and which limits it runs under. */
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { exactlyOf } from '../locales/dates.ts'
import { t } from '../locales/locale.ts'
import { inBackground } from '../state/background.ts'
import { clockStyle } from '../state/clock-style.ts'
import { hashGroups } from '../state/release-hash.ts'
import { scriptAddress } from '../state/script-policy.ts'
import { type SelfCheck, selfCheck } from '../state/self-check.ts'
import { Button } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { useReleases } from '../ui/releases-context.ts'
import { useTask } from '../ui/use-task.ts'
import type { KeptRelease, RefusedRelease, ReleaseReport } from '../wire/release-report.ts'
import { RestartButton, RestartHint } from './update-note.tsx'

const NEAR_HOSTS: readonly string[] = ['localhost', '127.0.0.1', '[::1]']

const when = (atMs: number): string => exactlyOf(atMs, clockStyle())

export function ReleaseCards(): JSX.Element {
  const keeping = useReleases().keeping.value
  const report = keeping.type === 'kept' ? keeping.report : undefined
  return (
    <>
      <section class="card release" aria-labelledby="release">
        <h2 id="release">{t('release.title')}</h2>
        {keeping.type === 'unknown' ? (
          <p class="hint" role="status">
            {t('release.looking')}
          </p>
        ) : undefined}
        {keeping.type === 'none' ? (
          <p class="note warning">{t('release.none', { host: location.host })}</p>
        ) : undefined}
        {report?.current === undefined ? undefined : <Kept release={report.current} />}
        {report === undefined ? undefined : <Check report={report} />}
      </section>
      {report === undefined || report.refused.length === 0 ? undefined : (
        <RefusedCard refused={report.refused} />
      )}
      <CompareCard />
      <LimitsCard />
    </>
  )
}

function Kept({
  release: { version, hash, signedBy }
}: {
  readonly release: KeptRelease
}): JSX.Element {
  const groups = hashGroups(hash)
  return (
    <>
      <dl class="facts">
        <div>
          <dt>{t('release.version')}</dt>
          <dd>{version}</dd>
        </div>
        <div>
          <dt>{signedBy === undefined ? t('release.unsigned') : t('release.signed')}</dt>
          <dd class={signedBy === undefined ? 'hint' : 'key'}>
            {signedBy ?? t('release.unsigned.hint')}
          </dd>
        </div>
        <div>
          <dt>{t('release.fingerprint')}</dt>
          <dd>
            <p class="groups">
              {groups.map((group, at) => (
                <span key={at}>{group} </span>
              ))}
            </p>
          </dd>
        </div>
      </dl>
      <div class="actions">
        <CopyButton text={groups.join(' ')} label={t('release.fingerprint.copy')} />
      </div>
      <p class="hint">{t('release.files')}</p>
    </>
  )
}

function Check({ report: { checked, staged } }: { readonly report: ReleaseReport }): JSX.Element {
  const releases = useReleases()
  const { error, isRunning, run } = useTask()
  const { host } = location
  return (
    <>
      <p role="status">
        {isRunning
          ? t('release.checking')
          : checked === undefined
            ? t('release.checked.never', { host })
            : t(`release.checked.${checked.outcome}`, { host, when: when(checked.atMs) })}
      </p>
      {error === undefined ? undefined : <p class="error">{error}</p>}
      {releases.offer.value === undefined ? undefined : (
        <div class="note">
          <span>
            {releases.restarting.value === 'busy' ? (
              t('update.busy')
            ) : (
              <>
                {staged === undefined
                  ? t('update.elsewhere')
                  : t('release.waiting', { version: staged.version })}{' '}
                <RestartHint />
              </>
            )}
          </span>
          <RestartButton />
        </div>
      )}
      <div class="actions">
        <Button
          isDisabled={isRunning}
          onClick={() => {
            run(() => releases.check())
          }}
        >
          {t('release.check')}
        </Button>
      </div>
    </>
  )
}

function RefusedCard({ refused }: { readonly refused: readonly RefusedRelease[] }): JSX.Element {
  return (
    <section class="card warning" aria-labelledby="refused">
      <h2 id="refused">{t('refused.title')}</h2>
      <ul class="limits">
        {refused.map(({ refusal, version = '?', path = '?', atMs }) => (
          <li key={`${refusal} ${version} ${path}`}>
            {t(`refused.${refusal}`, { host: location.host, version, path })}{' '}
            <span class="hint">{t('refused.when', { when: when(atMs) })}</span>
          </li>
        ))}
      </ul>
      <p>{t('refused.advice')}</p>
    </section>
  )
}

function CompareCard(): JSX.Element {
  const { host, origin } = location
  const command = `sealpost web verify ${origin}`
  return (
    <section class="card" aria-labelledby="compare">
      <h2 id="compare">{t('compare.title')}</h2>
      <p>{t('compare.lead', { host })}</p>
      <pre class="command">{command}</pre>
      <div class="actions">
        <CopyButton text={command} label={t('compare.copy')} />
      </div>
      <p class="hint">{t('compare.limit', { host })}</p>
    </section>
  )
}

function LimitsCard(): JSX.Element {
  const [found, setFound] = useState<SelfCheck | undefined>(undefined)
  const look = (): void => {
    setFound(undefined)
    inBackground(lookAtLimits().then(setFound))
  }
  useEffect(look, [])
  const isWhole = found?.lacks.length === 0
  return (
    <section class="card" aria-labelledby="page-limits" aria-busy={found === undefined}>
      <h2 id="page-limits">{t('limits.title')}</h2>
      <p class="hint">{t('limits.lead')}</p>
      {found === undefined ? (
        <p role="status">{t('release.looking')}</p>
      ) : isWhole && found.unseen.length === 0 ? (
        <p>{t('limits.whole')}</p>
      ) : (
        <Lacks found={found} />
      )}
      <div class="actions">
        <Button isDisabled={found === undefined} onClick={look}>
          {t('limits.again')}
        </Button>
      </div>
    </section>
  )
}

function Lacks({ found: { lacks, unseen } }: { readonly found: SelfCheck }): JSX.Element {
  return (
    <>
      {lacks.length === 0 ? undefined : <p>{t('limits.some', { host: location.host })}</p>}
      <ul class="limits">
        {lacks.map((lack) => (
          <li key={lack}>{t(`lacks.${lack}`)}</li>
        ))}
        {unseen.map((part) => (
          <li key={part}>{t(`limits.unseen.${part}`)}</li>
        ))}
      </ul>
    </>
  )
}

function lookAtLimits(): Promise<SelfCheck> {
  return selfCheck({
    fetch: (path) => fetch(path, { credentials: 'omit', redirect: 'error' }),
    paths: {
      page: '/',
      worker: scriptAddress('peer'),
      keeper: scriptAddress('service worker')
    },
    isNear: NEAR_HOSTS.includes(location.hostname)
  })
}
