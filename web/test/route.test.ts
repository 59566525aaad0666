import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { ContactId, MessageId } from '@sealpost/protocol'
import { formatRoute, parseRoute, type Route } from '../src/state/route.ts'

const contactId = '00112233445566778899aabbccddeeff' as ContactId
const messageId = 'ffeeddccbbaa99887766554433221100' as MessageId

const ROUTES: readonly Route[] = [
  { screen: 'home' },
  { screen: 'chat', contactId },
  { screen: 'chat', contactId, messageKey: `${contactId}.018a.01.02` },
  { screen: 'contact', contactId },
  { screen: 'safety-number', contactId },
  { screen: 'message', contactId, messageId },
  { screen: 'invited', link: 'sealpost:i/AQAT-_82' },
  { screen: 'add' },
  { screen: 'requests' },
  { screen: 'network' },
  { screen: 'keys' },
  { screen: 'starred' },
  { screen: 'starred', contactId },
  { screen: 'settings', section: '' },
  { screen: 'settings', section: 'privacy' },
  { screen: 'report', number: 'ABCD-2345' }
]

describe('an address within the app', () => {
  for (const route of ROUTES) {
    it(`leads to where it was made, ${formatRoute(route)}`, () => {
      assert.deepEqual(parseRoute(formatRoute(route)), route)
    })
  }

  it('takes whatever somebody writes, and leads home where it says nothing', () => {
    for (const fragment of [
      '',
      '#',
      '#/',
      '#/chat',
      '#/i/',
      '#/nowhere/x',
      `#/i/${'a'.repeat(5_000)}`
    ]) {
      assert.deepEqual(parseRoute(fragment), { screen: 'home' })
    }
    fc.assert(fc.property(fc.string(), (text) => typeof parseRoute(text).screen === 'string'))
  })
})
