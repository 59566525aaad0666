import assert from 'node:assert/strict'
import type { RelayEffect } from '@sealpost/core'
import type { AppEffect } from '@sealpost/host'
import type { MailboxAnswer } from '@sealpost/protocol'
import { isWakeup } from '../../src/people/wakeup.ts'
import { testEnvelope, testMailbox } from '../raw-client.ts'

type Said = AppEffect<RelayEffect>

function delivery(isLive = false): Said {
  const { mailboxId } = testMailbox()
  const push = { type: 'deliver', mailboxId, envelope: testEnvelope(), isLive } as const
  return { type: 'send', connection: 2, frame: { type: 'push', push } }
}

function answer(said: MailboxAnswer): Said {
  return { type: 'send', connection: 1, frame: { type: 'answer', number: 1, answer: said } }
}

describe('a wakeup', () => {
  it('is a deposit that is stored and delivered at once', () => {
    assert.equal(isWakeup([answer({ type: 'deposited', outcome: 'stored' }), delivery()]), true)
  })

  it('is no deposit that waits, no delivery of what had waited, and nothing live', () => {
    const stored = answer({ type: 'deposited', outcome: 'stored' })
    const accepted = answer({ type: 'deposited', outcome: 'accepted' })
    const subscribed = answer({ type: 'subscribed', outcomes: ['done'] })
    for (const effects of [
      [stored],
      [delivery(), delivery()],
      [subscribed, delivery()],
      [accepted, delivery(true)],
      []
    ]) {
      assert.equal(isWakeup(effects), false)
    }
  })
})
