import assert from 'node:assert/strict'
import { ALARM_RULES, WATCH_SENTENCES } from '@sealpost/operator'
import { CHINESE, ENGLISH } from '../src/locales/catalogue.ts'
import { zhCnWatch } from '../src/locales/zh-cn-watch.ts'

describe('what the dashboard says', () => {
  it('has a sentence for every alarm that comes with a relay, and for no other', () => {
    const names = ALARM_RULES.map(({ name }) => `alarm.${name}`).sort()
    for (const catalogue of [ENGLISH, CHINESE]) {
      const known = Object.keys(catalogue).filter((key) => key.startsWith('alarm.'))
      assert.deepEqual(known.sort(), names)
    }
    const sentences: Readonly<Record<string, string>> = ENGLISH
    for (const { name, sentence } of ALARM_RULES) {
      assert.equal(sentences[`alarm.${name}`], sentence)
    }
  })

  it('has Chinese words for every sentence of the watch, and for no other', () => {
    assert.deepEqual([...zhCnWatch.keys()].sort(), [...WATCH_SENTENCES].sort())
  })

  it('fills in the same words in both languages', () => {
    const words = (text: string): readonly string[] => (text.match(/\{\w+\}/g) ?? []).sort()
    const chinese: Readonly<Record<string, string>> = CHINESE
    for (const [key, text] of Object.entries(ENGLISH)) {
      if (!key.endsWith('_one')) {
        assert.deepEqual(words(chinese[key] ?? ''), words(text), key)
      }
    }
  })
})
