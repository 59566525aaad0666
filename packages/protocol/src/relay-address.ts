/**
 * Where relays are and who they are: the one line of text that a person pastes, and its parts. No multiaddr library: what is
 * accepted are the few shapes of WebSocket addresses that Sealpost can dial.
 */
import { isAddressText } from './address-text.ts'
import {
  base58ToBytes,
  base64urlToBytes,
  bytesToBase58,
  bytesToBase64url,
  concatBytes,
  equalBytes
} from './bytes.ts'
import { ConfigError } from './errors.ts'
import type { NodeKey } from './identifiers.ts'
import { nodeKeys } from './identifiers.ts'

/** A relay, as a client names it: its node key and the multiaddrs it can be reached under, without `/p2p/...`. */
export interface RelayAddress {
  readonly nodeKey: NodeKey
  readonly addresses: readonly string[]
  /** 16 bytes: the invite that its operator gave to this account, which nobody else is told. */
  readonly invite?: Uint8Array | undefined
}

/** An identity multihash of 36 bytes, which are libp2p's protobuf of an Ed25519 key of 32. */
const MULTIHASH_PREFIX = new Uint8Array([0x00, 0x24, 0x08, 0x01, 0x12, 0x20])
/** Every peer id of an Ed25519 key, and no longer text, which base58 would take long to read. */
const PEER_ID_PATTERN = /^12D3KooW[1-9A-HJ-NP-Za-km-z]{44}$/
const PORT_MAX = 0xffff
const INVITE_PART = '/invite/'
/** Nobody finds one by trying. */
export const INVITE_BYTES = 16
/** Characters of a wrong address that an error repeats. */
const SHOWN_LENGTH_MAX = 80
const EXAMPLES =
  'It looks like /ip4/192.0.2.1/tcp/7700/ws/p2p/PEER-ID or ' +
  '/dns4/relay.example/tcp/443/tls/ws/p2p/PEER-ID, where a peer id is 12D3KooW and 44 characters more.'

/** The 38 bytes that name a relay in key derivations: the multihash that its peer id is the text of. */
export function relayMultihash(nodeKey: NodeKey): Uint8Array {
  return concatBytes(MULTIHASH_PREFIX, nodeKeys.toBytes(nodeKey))
}

/** The peer id of a node key, as libp2p writes it: 52 characters, `12D3KooW...`. */
export function nodeKeyToPeerIdText(nodeKey: NodeKey): string {
  return bytesToBase58(relayMultihash(nodeKey))
}

/** @returns undefined where `text` is no peer id of an Ed25519 key. */
export function peerIdTextToNodeKey(text: string): NodeKey | undefined {
  const multihash = PEER_ID_PATTERN.test(text) ? base58ToBytes(text) : undefined
  const isOfEd25519 =
    multihash?.length === MULTIHASH_PREFIX.length + nodeKeys.byteLength &&
    equalBytes(multihash.subarray(0, MULTIHASH_PREFIX.length), MULTIHASH_PREFIX)
  return isOfEd25519 ? nodeKeys.fromBytes(multihash.subarray(MULTIHASH_PREFIX.length)) : undefined
}

/**
 * Reads what a person pasted: one multiaddr that ends in `/p2p/` and the relay's peer id, and behind it maybe `/invite/` and what
 * the operator gave to one who is to begin there. Space around it is no harm.
 *
 * @throws ConfigError `SEALPOST_ADDRESS_INVALID` with a sentence that says what is wrong and what would be right.
 */
export function parseRelayAddress(text: string): RelayAddress {
  const [trimmed = '', inviteText, ...more] = text.trim().split(INVITE_PART)
  if (!trimmed.startsWith('/')) {
    throw invalid(trimmed, 'does not begin with a slash')
  }
  const peerIdAt = trimmed.lastIndexOf('/p2p/')
  if (peerIdAt < 0) {
    throw invalid(trimmed, 'does not say which relay it is: it must end in /p2p/ and a peer id')
  }
  const nodeKey = peerIdTextToNodeKey(trimmed.slice(peerIdAt + '/p2p/'.length))
  if (nodeKey === undefined) {
    throw invalid(trimmed, 'has no peer id of a relay behind /p2p/: 52 letters and digits')
  }
  const address = trimmed.slice(0, peerIdAt)
  const problem = addressProblem(address)
  if (problem !== undefined) {
    throw invalid(trimmed, problem)
  }
  if (inviteText === undefined) {
    return { nodeKey, addresses: [address] }
  }
  const invite = base64urlToBytes(inviteText)
  if (invite?.length !== INVITE_BYTES || more.length > 0) {
    // What somebody meant to keep to themselves is not repeated.
    throw invalid(trimmed, 'has behind /invite/ what is no invite: 22 letters, digits, - and _')
  }
  return { nodeKey, addresses: [address], invite }
}

/** The line to give to somebody who is to begin at a relay that takes people by invitation. */
export function formatInvitedAddress(relay: RelayAddress, invite: Uint8Array): string {
  return `${formatRelayAddress(relay)}${INVITE_PART}${bytesToBase64url(invite)}`
}

/** The line a person can paste: the relay's first address and its peer id; the peer id alone where it has no address. */
export function formatRelayAddress(relay: RelayAddress): string {
  return `${relay.addresses[0] ?? ''}/p2p/${nodeKeyToPeerIdText(relay.nodeKey)}`
}

/**
 * The multiaddr of a WebSocket at a host (an IPv4 address, an IPv6 address with or without brackets, or a name) and a port from
 * 0, which lets the system choose when listening, to 65,535.
 *
 * @throws ConfigError `SEALPOST_ADDRESS_INVALID`.
 */
export function webSocketMultiaddr(host: string, port: number): string {
  const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host
  const shown = `${host}:${String(port)}`
  const protocol = HOST_PROTOCOLS.find(({ accepts }) => accepts(bare))?.name
  if (protocol === undefined || (bare !== host && protocol !== 'ip6')) {
    throw invalid(shown, 'has no IP address or name as its host')
  }
  if (!Number.isInteger(port) || port < 0 || port > PORT_MAX) {
    throw invalid(shown, 'has no port from 0 to 65535')
  }
  return `/${protocol}/${bare}/tcp/${String(port)}/ws`
}

interface HostProtocol {
  readonly name: string
  readonly accepts: (host: string) => boolean
}

/** Tried in this order: an IPv4 address would pass for a name. */
const HOST_PROTOCOLS: readonly HostProtocol[] = [
  { name: 'ip4', accepts: isIpv4 },
  { name: 'ip6', accepts: isIpv6 },
  { name: 'dns4', accepts: isHostName },
  { name: 'dns6', accepts: isHostName },
  { name: 'dns', accepts: isHostName }
]
const WEB_SOCKET_ENDINGS: readonly string[] = ['ws', 'tls/ws', 'wss']

/** What is wrong with an address without its peer id, to be read behind the address itself. */
function addressProblem(address: string): string | undefined {
  if (!isAddressText(address)) {
    return 'is longer than an address can be, or has characters that none has'
  }
  const [, protocol, host, transport, port, ...ending] = address.split('/')
  const hostProtocol = HOST_PROTOCOLS.find(({ name }) => name === protocol)
  if (hostProtocol === undefined) {
    return 'does not begin with /ip4/, /ip6/, /dns4/, /dns6/ or /dns/'
  }
  if (host === undefined || !hostProtocol.accepts(host)) {
    return `has no host that /${hostProtocol.name}/ can have`
  }
  if (transport !== 'tcp' || !/^[1-9][0-9]{0,4}$/.test(port ?? '') || Number(port) > PORT_MAX) {
    return 'has no /tcp/ with a port from 1 to 65535 behind its host'
  }
  if (!WEB_SOCKET_ENDINGS.includes(ending.join('/'))) {
    return 'is no WebSocket: /ws or /tls/ws must follow the port'
  }
  return undefined
}

function isIpv4(host: string): boolean {
  const parts = host.split('.')
  return (
    parts.length === 4 &&
    parts.every((part) => /^(?:0|[1-9][0-9]{0,2})$/.test(part) && Number(part) <= 0xff)
  )
}

/** Groups of hex, one `::` at most, which stands for at least one group; an IPv4 address may be the last two. No zone. */
function isIpv6(host: string): boolean {
  const halves = host.split('::')
  if (halves.length > 2) {
    return false
  }
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')))
  const last = groups.at(-1) ?? ''
  const endsInIpv4 = isIpv4(last) && host.endsWith(last)
  const hexGroups = endsInIpv4 ? groups.slice(0, -1) : groups
  const groupCount = groups.length + (endsInIpv4 ? 1 : 0)
  return (
    hexGroups.every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group)) &&
    (halves.length === 2 ? groupCount <= 7 : groupCount === 8)
  )
}

/** Letters, digits, hyphens and underscores in labels of 1 to 63, of which the last is not a number. */
function isHostName(host: string): boolean {
  const labels = host.split('.')
  return (
    host.length <= 253 &&
    labels.every((label) => /^(?!-)[0-9A-Za-z_-]{1,63}(?<!-)$/.test(label)) &&
    !/^[0-9]+$/.test(labels.at(-1) ?? '')
  )
}

function invalid(text: string, problem: string): ConfigError {
  const isLong = text.length > SHOWN_LENGTH_MAX
  const shown = JSON.stringify(isLong ? `${text.slice(0, SHOWN_LENGTH_MAX)}...` : text)
  return new ConfigError('SEALPOST_ADDRESS_INVALID', `${shown} ${problem}. ${EXAMPLES}`)
}
