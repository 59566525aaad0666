import assert from 'node:assert/strict'
import { hostPeerConnections } from '../src/state/peer-connections.ts'
import type { PathReport, PathWish } from '../src/wire/path-messages.ts'

describe('connections of WebRTC in the page', () => {
  const { addEventListener: before } = globalThis

  beforeEach(() => {
    globalThis.addEventListener = () => undefined
  })

  afterEach(() => {
    globalThis.addEventListener = before
  })

  it('are gone at once where the browser makes none', () => {
    const reports: PathReport[] = []
    let say: (wish: PathWish) => void = () => undefined
    hostPeerConnections({
      postMessage: (report) => {
        reports.push(report)
      },
      addEventListener: (_, listener) => {
        say = (data) => {
          listener({ data })
        }
      }
    })
    say({ kind: 'path-open', id: 7, offered: undefined })
    say({ kind: 'path-close', id: 7 })
    assert.deepEqual(reports, [{ kind: 'path-gone', id: 7 }])
  })
})
