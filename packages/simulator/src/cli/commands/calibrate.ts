import { machine, software } from '../../output/surroundings.ts'
import { cryptoCosts } from '../calibration/crypto-costs.ts'
import { commitUs } from '../calibration/disk-costs.ts'
import type { Command, Context } from '../command.ts'

/** Measures what a scenario calls `costs`. */
export const calibrate: Command = {
  name: 'calibrate',
  sentence: 'measures what operations take on this machine, as costs for a scenario',
  arguments: [],
  flags: [],
  notes: [
    'It prints YAML: put it into a scenario, and nodes there are as fast as this machine. Let nothing else',
    'run meanwhile. The disk is that of the folder it is run in; what a library of the disk takes is not',
    'measured: it is what level 10 took on Node 24.'
  ],
  run
}

/** Of LevelDB through level 10, measured on Node 24 with two cores: a get, and a put of 2 KiB that nobody waits for. */
const LEVEL_GET_US = 12
const LEVEL_PUT_US = 9
/** Of libp2p beside its cryptography, for a frame of 2 KiB: WebSocket and yamux, measured likewise. */
const STREAM_US = 8
/** Of libp2p beside its cryptography, for one side of a connection that is made: the HTTP upgrade, yamux, identify; likewise. */
const CONNECTION_US = 8_000

interface CostRow {
  readonly name: string
  readonly us: number
  readonly sentence: string
}

async function run({ directory, screen, values }: Context): Promise<number> {
  screen.progress('It takes some seconds.')
  const crypto = await cryptoCosts()
  const syncUs = commitUs(directory)
  screen.progress('')
  const {
    encryptUs,
    decryptUs,
    sealUs,
    openUs,
    streamUs,
    decodeUs,
    encodeUs,
    handshakeUs,
    hashUs
  } = crypto
  const costs: readonly CostRow[] = [
    {
      name: 'relay-handle',
      us: STREAM_US + streamUs + decodeUs + LEVEL_PUT_US,
      sentence: `a deposit of 2 KiB: stream ${text(STREAM_US + streamUs)}, decoded and hashed ${text(decodeUs)}, put ${text(LEVEL_PUT_US)}`
    },
    { name: 'relay-commit', us: syncUs, sentence: 'a batch until it is synced' },
    { name: 'relay-read', us: LEVEL_GET_US, sentence: 'a get of level (not measured here)' },
    {
      name: 'relay-handshake',
      us: CONNECTION_US + handshakeUs,
      sentence: `one side of a connection: Noise ${text(handshakeUs)}, libp2p ${text(CONNECTION_US)} (not measured here)`
    },
    {
      name: 'client-handle',
      us: (encryptUs + decryptUs) / 2 + (sealUs + openUs) / 2 + encodeUs + streamUs,
      sentence: `a text that is answered at once, as a page does it: ratchet ${text((encryptUs + decryptUs) / 2)} (without a turn ${text(encryptUs)}), seal ${text(sealUs)}, open ${text(openUs)}, encoded ${text(encodeUs)}`
    },
    { name: 'client-commit', us: syncUs, sentence: 'a batch until it is synced' },
    { name: 'client-read', us: LEVEL_GET_US, sentence: 'a get of level (not measured here)' },
    { name: 'client-handshake', us: CONNECTION_US + handshakeUs, sentence: 'as of a relay' },
    { name: 'client-hash', us: hashUs, sentence: 'one try of a proof of work, as a page does it' }
  ]
  const { cpu } = machine()
  const { node } = software()
  if (values.has('json')) {
    const table = Object.fromEntries(costs.map(({ name, us }) => [name, rounded(us)]))
    screen.print(JSON.stringify({ cpu, node, costs: table }))
    return 0
  }
  screen.print(
    [
      `# Microseconds on ${cpu}, Node ${node}.`,
      'costs:',
      ...costs.map(({ name, us, sentence }) => `  ${name}: ${text(us)} # ${sentence}`)
    ].join('\n')
  )
  return 0
}

function rounded(us: number): number {
  return Math.max(1, Math.round(us))
}

function text(us: number): string {
  return String(rounded(us))
}
