import { readFileSync } from 'node:fs'
import { CONVERSATIONS, replay } from './conversation-vectors.ts'
import { PRIMITIVE_VECTORS } from './primitive-vectors.ts'
import { SENDER_KEY_VECTORS } from './sender-key-vectors.ts'
import { SESSION_VECTORS } from './session-vectors.ts'

describe('known answers', () => {
  for (const check of [...PRIMITIVE_VECTORS, ...SESSION_VECTORS, ...SENDER_KEY_VECTORS]) {
    it(`${check.title}: ${check.file}`, () => {
      check.run(read(check.file))
    })
  }

  for (const file of CONVERSATIONS) {
    it(`holds a recorded conversation: ${file}`, () => replay(read(file)))
  }
})

function read(file: string): unknown {
  return JSON.parse(readFileSync(new URL(`vectors/${file}.json`, import.meta.url), 'utf8'))
}
