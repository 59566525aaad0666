/**
 * Between ends of paths and the session descriptions that WebRTC has. All of a description but the end is the same for every path,
 * so what a browser parses is of our own making, whoever told us the end.
 */
import { PATH_CANDIDATES_MAX, type PathCandidate, type PathEnd } from '@sealpost/protocol'

/** As browsers count it for UDP on a machine's own address. Those that come first are better. */
const PRIORITY = 2_113_937_151
const PRIORITY_STEP = 256

/** What of a browser's own words can be told: as the protocol has it. */
const ICE_NAME = /^[A-Za-z0-9+/]{4,32}$/
const ICE_PASSWORD = /^[A-Za-z0-9+/]{22,64}$/
const HOST = /^(?:\d{1,3}(?:\.\d{1,3}){3}|(?=.*:)[0-9a-f:]{2,39}|[0-9a-f-]{36}\.local)$/
const FINGERPRINT = /^sha-256 ([0-9a-f]{2}(?::[0-9a-f]{2}){31})$/i
const PORT_MAX = 65_535

export type SessionKind = 'offer' | 'answer'

/** The description of an end, for a connection that has one data channel and nothing else. */
export function sessionDescription(
  { iceName, icePassword, fingerprint, candidates }: PathEnd,
  type: SessionKind
): { readonly type: SessionKind; readonly sdp: string } {
  const lines = [
    'v=0',
    'o=- 1 1 IN IP4 0.0.0.0',
    's=-',
    't=0 0',
    'a=group:BUNDLE 0',
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 0.0.0.0',
    ...candidates.map(candidateLine),
    'a=end-of-candidates',
    `a=ice-ufrag:${iceName}`,
    `a=ice-pwd:${icePassword}`,
    `a=fingerprint:sha-256 ${[...fingerprint].map(hexOf).join(':')}`,
    `a=setup:${type === 'offer' ? 'actpass' : 'active'}`,
    'a=mid:0',
    'a=sctp-port:5000',
    'a=max-message-size:262144'
  ]
  return { type, sdp: lines.map((line) => `${line}\r\n`).join('') }
}

/** The end in a browser's own description; undefined where it has no way in, or none that can be told. */
export function endOfSession(sdp: string): PathEnd | undefined {
  const lines = sdp.split(/\r?\n/)
  const value = (name: string): string | undefined =>
    lines.find((line) => line.startsWith(`a=${name}:`))?.slice(name.length + 3)
  const [iceName = '', icePassword = ''] = [value('ice-ufrag'), value('ice-pwd')]
  const hex = FINGERPRINT.exec(value('fingerprint') ?? '')?.[1]
  const candidates = lines
    .flatMap(candidatesOf)
    .filter(({ host, port }) => HOST.test(host) && port > 0 && port <= PORT_MAX)
    .slice(0, PATH_CANDIDATES_MAX)
  const isNamed = ICE_NAME.test(iceName) && ICE_PASSWORD.test(icePassword)
  if (!isNamed || hex === undefined || candidates.length === 0) {
    return undefined
  }
  const fingerprint = Uint8Array.from(hex.split(':'), (byte) => Number.parseInt(byte, 16))
  return { iceName, icePassword, fingerprint, candidates }
}

function candidateLine({ host, port }: PathCandidate, index: number): string {
  const priority = PRIORITY - index * PRIORITY_STEP
  return `a=candidate:${String(index + 1)} 1 udp ${String(priority)} ${host} ${String(port)} typ host`
}

function candidatesOf(line: string): readonly PathCandidate[] {
  const found = /^a=candidate:\S+ 1 udp \d+ (\S+) (\d+) typ (?:host|srflx)\b/i.exec(line)
  const [, host, port] = found ?? []
  return host === undefined ? [] : [{ host: host.toLowerCase(), port: Number(port) }]
}

function hexOf(byte: number): string {
  return byte.toString(16).padStart(2, '0').toUpperCase()
}
