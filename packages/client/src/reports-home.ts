/**
 * The account that reports are written from: made for them, called nothing that tells who it is, in a store of its own beside the
 * home. The desk learns this account, and on which relays answers are to come; never the person's.
 */
import {
  bytesToHex,
  bytesToUtf8,
  isSealpostError,
  parseRelayAddress,
  utf8ToBytes
} from '@sealpost/protocol'
import type { ClientPorts } from './client-ports.ts'
import { createHome } from './create-home.ts'
import { SealpostClient } from './sealpost-client.ts'

/** Who opens it: the same for everybody. */
const NAME = 'report'
/** In the person's home: what opens the store of the account. */
const KEY_NOTE = 'reports/key'
const DESKS_NOTE = 'reports/desks'
/** The secret has 256 random bits: Argon2id has nothing to make up for. */
const COST = { memoryKib: 8_192, passes: 1, lanes: 1 }

/** A relay's operator who takes reports. */
export interface Desk {
  /** The relay's address. */
  readonly relay: string
  /** The public address of the desk's account. */
  readonly link: string
}

/** What the account is made beside: the home of the person. */
export type PersonHome = Pick<SealpostClient, 'relays' | 'notes' | 'keepNote'>

/** Opens the account, or makes it on the person's relays. The ports are its own: another store, another node key. */
export async function openReportsClient(
  ports: ClientPorts,
  person: PersonHome
): Promise<SealpostClient> {
  const passphrase = await secretOf(ports, person)
  try {
    return await SealpostClient.open(ports, { passphrase })
  } catch (error) {
    if (!isSealpostError(error) || error.code !== 'SEALPOST_HOME_MISSING') {
      throw error
    }
  }
  const relays = person
    .relays()
    .filter(({ isOwn, address }) => isOwn && address !== '')
    .map(({ address }) => parseRelayAddress(address))
  const home = { name: NAME, relays, passphrase, isDirect: false, passphraseCost: COST }
  await createHome(ports, home, ports.clock.wallMs())
  const client = await SealpostClient.open(ports, { passphrase })
  await client.changeSettings({ isTypingShown: false, isPresenceShown: false, isReadShown: false })
  return client
}

async function secretOf({ random }: ClientPorts, person: PersonHome): Promise<string> {
  const [kept] = await person.notes([KEY_NOTE])
  const secret = kept ?? random.bytes(32)
  if (kept === undefined) {
    await person.keepNote(KEY_NOTE, secret)
  }
  return bytesToHex(secret)
}

/** The desks of the person's relays, as they were last heard: there is somewhere to report to without a network too. */
export async function desksOf(person: PersonHome): Promise<readonly Desk[]> {
  const [note] = await person.notes([DESKS_NOTE])
  const kept = note === undefined ? [] : readDesks(note)
  const desks = person
    .relays()
    .filter(({ isOwn }) => isOwn)
    .flatMap(({ address, phase, desk }) => {
      const link = phase === 'ready' ? desk : kept.find(({ relay }) => relay === address)?.link
      return link === undefined ? [] : [{ relay: address, link }]
    })
  const written = writeDesks(desks)
  if (note === undefined ? desks.length > 0 : bytesToHex(note) !== bytesToHex(written)) {
    await person.keepNote(DESKS_NOTE, written)
  }
  return desks
}

/** A relay and its desk a line: neither has a space. */
function writeDesks(desks: readonly Desk[]): Uint8Array {
  return utf8ToBytes(desks.map(({ relay, link }) => `${relay} ${link}`).join('\n'))
}

function readDesks(note: Uint8Array): readonly Desk[] {
  return bytesToUtf8(note)
    .split('\n')
    .flatMap((line) => {
      const [relay, link] = line.split(' ')
      return relay && link ? [{ relay, link }] : []
    })
}
