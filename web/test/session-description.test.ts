import assert from 'node:assert/strict'
import fc from 'fast-check'
import { PATH_CANDIDATES_MAX, type PathEnd } from '@sealpost/protocol'
import { endOfSession, sessionDescription } from '../src/state/session-description.ts'
import { isPathEnd } from '../src/peer/path-end.ts'

/** What Chromium 156 says of a connection with one data channel. */
const CHROMIUM = `v=0
o=- 4859054029778824900 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0
a=extmap-allow-mixed
a=msid-semantic: WMS
m=application 9 UDP/DTLS/SCTP webrtc-datachannel
c=IN IP4 0.0.0.0
a=candidate:1811965989 1 udp 2113937151 c670b959-c85a-4e27-9ad6-70e6dd17a36d.local 59072 typ host generation 0 network-cost 999
a=candidate:1802634389 1 udp 2113942271 2001:DB8::1 42769 typ host generation 0 network-cost 999
a=candidate:2 1 tcp 1518280447 192.0.2.1 9 typ host tcptype active generation 0
a=candidate:3 1 udp 1518280447 fe80::1%eth0 5000 typ host
a=candidate:4 1 udp 1518280447 192.0.2.9 5000 typ relay raddr 0.0.0.0 rport 0
a=ice-ufrag:T4XW
a=ice-pwd:f4XQRPUOuNgHpEAJGIyOhT6t
a=ice-options:trickle
a=fingerprint:sha-256 31:B1:B3:C8:3C:61:1E:FC:5D:68:F9:A2:D9:1A:60:EC:02:3A:1F:3B:24:44:6D:0A:A4:2A:AB:6E:80:F8:62:40
a=setup:actpass
a=mid:0
a=sctp-port:5000
a=max-message-size:262144
`.replaceAll('\n', '\r\n')

const END: PathEnd = {
  iceName: 'T4XW',
  icePassword: 'f4XQRPUOuNgHpEAJGIyOhT6t',
  fingerprint: Uint8Array.from({ length: 32 }, (_, at) => at * 7),
  candidates: [
    { host: '192.0.2.1', port: 5_000 },
    { host: '2001:db8::1', port: 1 }
  ]
}

describe('a session description', () => {
  it('of a browser is an end with where it takes UDP itself, and nothing else', () => {
    const end = endOfSession(CHROMIUM)
    assert.ok(end !== undefined && isPathEnd(end))
    assert.deepEqual([end.iceName, end.icePassword], ['T4XW', 'f4XQRPUOuNgHpEAJGIyOhT6t'])
    assert.deepEqual([end.fingerprint[0], end.fingerprint[31]], [0x31, 0x40])
    assert.deepEqual(end.candidates, [
      { host: 'c670b959-c85a-4e27-9ad6-70e6dd17a36d.local', port: 59_072 },
      { host: '2001:db8::1', port: 42_769 }
    ])
  })

  for (const type of ['offer', 'answer'] as const) {
    it(`comes back as the end that its ${type} was made of`, () => {
      const description = sessionDescription(END, type)
      assert.equal(description.type, type)
      assert.deepEqual(endOfSession(description.sdp), END)
      assert.match(description.sdp, type === 'offer' ? /a=setup:actpass/ : /a=setup:active\r\n/)
    })
  }

  it('has so many candidates at most, the best first', () => {
    const line = 'a=candidate:1 1 udp 1 192.0.2.1 5000 typ host\r\n'
    const end = endOfSession(CHROMIUM + line.repeat(PATH_CANDIDATES_MAX))
    assert.equal(end?.candidates.length, PATH_CANDIDATES_MAX)
    assert.equal(end.candidates[0]?.port, 59_072)
    const { sdp } = sessionDescription(END, 'offer')
    const priorities = [...sdp.matchAll(/ udp (\d+) /g)].map((found) => Number(found[1]))
    assert.ok((priorities[0] ?? 0) > (priorities[1] ?? 0))
  })

  it('without a way in, a name or a certificate is no end', () => {
    for (const missing of [/^a=candidate.*$/gm, /^a=ice-ufrag.*$/gm, /^a=fingerprint.*$/gm]) {
      assert.equal(endOfSession(CHROMIUM.replaceAll(missing, '')), undefined)
    }
    assert.equal(endOfSession(''), undefined)
  })

  it('is an end that can be told, or none, whatever the text', () => {
    const lines = CHROMIUM.split('\r\n')
    const text = fc
      .array(fc.oneof(fc.constantFrom(...lines), fc.string()), { maxLength: 40 })
      .map((some) => some.join('\r\n'))
    fc.assert(
      fc.property(text, (sdp) => {
        const end = endOfSession(sdp)
        assert.ok(end === undefined || isPathEnd(end))
      })
    )
  })
})
