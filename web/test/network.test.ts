import assert from 'node:assert/strict'
import { signal } from '@preact/signals'
import type { Relay } from '@sealpost/client'
import { followNetwork } from '../src/state/network.ts'
import type { HomeState } from '../src/wire/peer-api.ts'

const OPEN = { type: 'open' } as HomeState
const relay = (phase: Relay['phase']): Relay => ({ isOwn: true, phase }) as Relay

describe('a machine that has a network again', () => {
  for (const { home, phase, tries } of [
    { home: OPEN, phase: 'waiting', tries: 1 },
    { home: OPEN, phase: 'dialing', tries: 1 },
    { home: OPEN, phase: 'ready', tries: 0 },
    { home: { type: 'locked', ways: [] } as HomeState, phase: 'waiting', tries: 0 }
  ] as const) {
    it(`has its relays dialled ${String(tries)} times where the home is ${home.type} and a relay ${phase}`, () => {
      let count = 0
      const events = new EventTarget()
      const reconnect = async (): Promise<void> => {
        count += 1
      }
      const app = { home: signal(home), relays: signal([relay(phase)]), peer: { reconnect } }
      followNetwork(app, events)
      events.dispatchEvent(new Event('online'))
      assert.equal(count, tries)
    })
  }
})
