import assert from 'node:assert/strict'
import { en } from '../src/locales/en.ts'
import { zhCn } from '../src/locales/zh-cn.ts'

describe('what a desk’s page says', () => {
  it('fills in the same words in both languages', () => {
    const words = (text: string): readonly string[] => (text.match(/\{\w+\}/g) ?? []).sort()
    const chinese: Readonly<Record<string, string>> = zhCn
    for (const [key, text] of Object.entries(en)) {
      if (!key.endsWith('_one')) {
        assert.deepEqual(words(chinese[key] ?? ''), words(text), key)
      }
    }
  })
})
