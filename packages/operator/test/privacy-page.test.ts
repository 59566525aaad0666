import assert from 'node:assert/strict'
import { PRIVACY_LANGUAGES, type PrivacyFacts, privacyHtml, privacyText } from '@sealpost/operator'

const DAY_MS = 86_400_000

function facts(more: Partial<PrivacyFacts> = {}): PrivacyFacts {
  return {
    operator: '',
    policy: '',
    servesWebClient: false,
    logLevel: 'info',
    lifetimesMs: [DAY_MS / 24, DAY_MS, 30 * DAY_MS],
    idleMs: 182 * DAY_MS,
    workBits: 0,
    contactEnvelopesMax: 512,
    contactBytesMax: 8 * 1024 * 1024,
    ...more
  }
}

describe('the privacy page', () => {
  it('says what holds, in each language', () => {
    const english = privacyText(facts({ logLevel: 'debug', workBits: 18 }), 'en')
    for (const words of ['1 hour, 1 day, 30 days', '26 weeks', '512 and 8 MiB', 'level debug']) {
      assert.ok(english.includes(words), words)
    }
    assert.match(english, /proof of work of 18 bits/)
    const chinese = privacyText(facts({ workBits: 18 }), 'zh')
    for (const words of ['1 小时、1 天、30 天', '26 周', '512 条、8 MiB', '级别为 info', '18 位']) {
      assert.ok(chinese.includes(words), words)
    }
  })

  it('says only what there is', () => {
    for (const language of PRIVACY_LANGUAGES) {
      const without = privacyText(facts(), language)
      const all = privacyText(
        facts({ operator: 'Rita', policy: 'https://relay.example/rules', servesWebClient: true }),
        language
      )
      assert.ok(!/proof of work|工作量/.test(without))
      assert.ok(!/cookie/i.test(without) && /cookie/i.test(all))
      assert.ok(all.includes('Rita') && all.includes('https://relay.example/rules'))
    }
  })

  it('has the same parts in each language', () => {
    const shapes = PRIVACY_LANGUAGES.map((language) =>
      privacyText(facts(), language)
        .split('\n')
        .map((line) => /^#+|^\||/.exec(line)?.[0] ?? '')
    )
    assert.deepEqual(shapes[0], shapes[1])
  })

  it('takes an operator’s words for words', () => {
    const operator = '<script>alert(1)</script> | "Rita" & sons\n\n# Title'
    const html = privacyHtml(facts({ operator }))
    assert.ok(!html.includes('<script'))
    assert.ok(html.includes('&lt;script&gt;alert(1)&lt;/script&gt; | &quot;Rita&quot; &amp; sons'))
    assert.ok(!/^# Title/m.test(privacyText(facts({ operator }), 'en')))
  })

  it('loads nothing', () => {
    assert.doesNotMatch(
      privacyHtml(facts({ servesWebClient: true })),
      /src=|href=|style|<script|@import/
    )
  })
})
