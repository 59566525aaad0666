import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { reportPage } from '../../src/output/report/report.ts'
import { digestOf } from '../../src/output/seed-digest.ts'
import { summarize } from '../../src/output/summary.ts'
import { sampleResult, sampleScenario } from './sample-result.ts'

function pageOf(seeds: readonly number[], lines: readonly string[] = []): string {
  const scenario = sampleScenario(lines)
  const digests = seeds.map((seed) => digestOf(seed, sampleResult(seed)))
  return reportPage({
    scenario,
    digests,
    summary: summarize(scenario, digests, false),
    manifest: {
      scenario: { name: scenario.name, sha256: 'abc', text: '{"a": "</pre><script>"}' },
      software: { version: '0.1.0', node: '24.0.0', v8: '13.6' },
      missingSeeds: []
    }
  })
}

function all(page: string, pattern: RegExp): readonly string[] {
  return [...page.matchAll(pattern)].map(([, first = '']) => first)
}

describe('the report of a run', () => {
  it('is one page that loads nothing and runs nothing', () => {
    const page = pageOf([1, 2, 3])
    assert.doesNotMatch(page, /<script|<link|<img|<iframe|\bsrc=|https?:|url\(|@import|\son[a-z]+=/)
    const [style = ''] = all(page, /<style>(.*?)<\/style>/gs)
    const hash = createHash('sha256').update(style).digest('base64')
    const [policy = ''] = all(page, /Content-Security-Policy"\s+content="([^"]+)"/g)
    assert.match(policy, /^default-src &#39;none&#39;;/)
    assert.ok(policy.includes(`&#39;sha256-${hash}&#39;`), policy)
    assert.doesNotMatch(page, /\sstyle=/)
  })

  it('says for every plot what it shows, and has a table beside it', () => {
    const page = pageOf([1, 2])
    const plots = all(page, /(<svg.*?<\/svg>)/gs)
    assert.equal(plots.length, 4)
    for (const plot of plots) {
      assert.match(plot, /role="img"/)
      const [labels = ''] = all(plot, /aria-labelledby="([^"]+)"/g)
      const ids = labels.split(' ')
      assert.equal(ids.length, 2)
      assert.ok(ids.every((id) => all(plot, /id="([^"]+)"/g).includes(id)))
      assert.match(plot, /<desc[^>]*>[^<]{60,}<\/desc>/)
    }
    const ids = all(page, /\sid="([^"]+)"/g)
    assert.equal(new Set(ids).size, ids.length)
    assert.ok(all(page, /(<table)/g).length > plots.length)
  })

  it('has one heading of the first rank, and shows waiting apart from the network', () => {
    const page = pageOf([1])
    assert.deepEqual(all(page, /<h1>(.*?)<\/h1>/g), ['sample'])
    assert.deepEqual(all(page, /<h2>(.*?)<\/h2>/g), [
      'What came of it',
      'What relays learn',
      'Network latency',
      'Waiting for somebody to be online',
      'Stored at relays over time',
      'Load per relay',
      'Each seed',
      'How to see it again'
    ])
  })

  it('says of each axis what it is of, and in what', () => {
    const titles = all(pageOf([1, 2]), /<text class="label"[^>]*>([^<]*)<\/text>/g)
    assert.deepEqual(titles.slice(0, 2), [
      'network latency (ms; logarithmic)',
      'share of all values (%)'
    ])
    assert.deepEqual(titles.slice(-4), [
      'time since the start (min, h)',
      'stored at all relays (KiB, MiB)',
      'relays, the busiest first',
      'frames a second'
    ])
  })

  it('has what relays learn in a table, a column for each number of relays', () => {
    const page = pageOf([1, 2])
    const [learned = ''] = all(page, /<h2>What relays learn<\/h2>(.*?)<\/table>/gs)
    assert.deepEqual(all(learned, /<th scope="col">(.*?)<\/th>/g), [
      'value',
      'one relay',
      'half of the relays together',
      'name'
    ])
    assert.match(learned, /linkedBy…Share/)
    assert.match(learned, /AUC[^]*<td>0\.75 <small>0\.75 to 0\.75<\/small><\/td><td>none<\/td>/)
    assert.doesNotMatch(page, /<code>linkedByOneShare/)
  })

  it('names every column', () => {
    const page = pageOf([1, 2], ['expect: {duplicates: {max: 0}}'])
    assert.match(page, /<span class="good">met/)
    assert.doesNotMatch(page, /<th[^>]*><\/th>/)
  })

  it('draws no number that is none', () => {
    for (const seeds of [[1], [1, 2, 3]]) {
      assert.doesNotMatch(pageOf(seeds), /NaN|Infinity|undefined/)
    }
  })

  it('shows a question as the text that it is', () => {
    const page = pageOf([1], ['question: \'is <b>1 & 2</b> "enough"?\''])
    assert.ok(page.includes('is &lt;b&gt;1 &amp; 2&lt;/b&gt; &quot;enough&quot;?'))
    assert.ok(page.includes('&lt;/pre&gt;&lt;script&gt;'))
  })
})
