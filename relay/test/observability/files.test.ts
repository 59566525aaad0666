import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { RelayMetrics } from '../../src/metrics/relay-metrics.ts'
import { SYSTEM_CLOCK } from '../../src/world/system-clock.ts'
import { shownOperated } from '../metrics/operated.ts'
import { type Family, parseMetrics } from '../metrics/metrics-text.ts'
import { relayScene } from '../relay-scene.ts'
import { readAlerts, readPanels, ROOT } from './rules.ts'

const SELECTOR = /\b((?:sealpost_relay|nodejs|process)_\w+)(?:\{([^}]*)\})?/g
/** Labels that Prometheus adds by itself. */
const ADDED = ['instance', 'job']

/** What an expression asks for that `/metrics` does not have: names, labels, and words of labels. */
function strangersIn(expression: string, families: ReadonlyMap<string, Family>): readonly string[] {
  return [...expression.matchAll(SELECTOR)].flatMap(([written, name = '', matchers = '']) => {
    const family = families.get(name) ?? families.get(name.replace(/_(?:bucket|sum|count)$/, ''))
    if (family === undefined) {
      return [name]
    }
    const wanted = [...matchers.matchAll(/(\w+)=~?"([^"]*)"/g)]
    return wanted
      .filter(([, label = '']) => !ADDED.includes(label))
      .flatMap(([, label = '', words = '']) =>
        words.split('|').map((word) => [label, word] as const)
      )
      .filter(([label, word]) => !family.samples.some(({ labels }) => labels[label] === word))
      .map(([label, word]) => `${written}: ${label} ${word}`)
  })
}

describe('the files for Prometheus and Grafana', () => {
  let families: ReadonlyMap<string, Family>

  before(async () => {
    const metrics = new RelayMetrics(SYSTEM_CLOCK, '1.2.3')
    await using scene = await relayScene({ ports: { observer: metrics } })
    metrics.show({ relay: scene.relay, options: () => scene.config.relay })
    metrics.showOperated(shownOperated())
    families = parseMetrics(await metrics.text())
  })

  it('ask only for figures that there are', () => {
    const expressions = [
      ...readAlerts().map(({ expr }) => expr),
      ...readPanels().flatMap(({ targets }) => targets.map(({ expr }) => expr))
    ]
    assert.ok(expressions.length > 30)
    assert.deepEqual(
      expressions.flatMap((expression) => strangersIn(expression, families)),
      []
    )
    assert.deepEqual(strangersIn('rate(sealpost_relay_depots_total[5m])', families), [
      'sealpost_relay_depots_total'
    ])
  })

  it('have a section of the runbook for each alert, and no other', () => {
    const page = readFileSync(join(ROOT, 'docs/operators-runbook.md'), 'utf8')
    const sections = [...page.matchAll(/^## (.*)$/gm)].map(([, title]) => title ?? '')
    const alerts = readAlerts().map(({ alert }) => alert)
    assert.deepEqual(
      sections.filter((title) => title !== 'Not there yet'),
      alerts
    )
    for (const { alert, annotations } of readAlerts()) {
      assert.equal(annotations.runbook, `docs/operators-runbook.md#${alert.toLowerCase()}`)
    }
  })

  it('show the panels that the runbook names', () => {
    const page = readFileSync(join(ROOT, 'docs/operators-runbook.md'), 'utf8')
    const titles = readPanels().map(({ title }) => title)
    const named = [...page.matchAll(/(?<![\w/])_([A-Z][^_]*)_/g)].map(([, name]) => name ?? '')
    assert.ok(named.length > 5)
    assert.deepEqual(
      named.filter((name) => !titles.some((title) => title.startsWith(name))),
      []
    )
  })
})
