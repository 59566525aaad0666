/**
 * What it costs to encrypt and decrypt a message through the interface, beside libsignal as it comes: alice and bob in one
 * process, stores in memory, texts of 100 bytes.
 * `node packages/crypto-libsignal/bench/engine.bench.ts`
 */
import { NOW_MS, Party } from '@sealpost/crypto/compliance'
import type { Ciphertext } from '@sealpost/crypto'
import type { DeviceAddress } from '@sealpost/protocol'
import { createLibsignalEngine } from '../src/index.ts'
import { BareLibsignal } from '../test/bare-libsignal.ts'

const MESSAGES = 200
const ROUNDS = 25
const TEXT = new Uint8Array(100).fill(97)

interface Side {
  readonly address: DeviceAddress
  encrypt(peer: DeviceAddress, plaintext: Uint8Array): Promise<Ciphertext>
  decrypt(peer: DeviceAddress, ciphertext: Ciphertext): Promise<Uint8Array>
}

function throughTheEngine(party: Party): Side {
  const { address, engine, stores } = party
  return {
    address,
    encrypt: (peer, plaintext) => engine.encrypt(stores, peer, plaintext, NOW_MS),
    decrypt: (peer, ciphertext) => engine.decrypt(stores, peer, ciphertext, NOW_MS)
  }
}

async function pass(from: Side, to: Side): Promise<void> {
  await to.decrypt(from.address, await from.encrypt(to.address, TEXT))
}

interface Task {
  readonly title: string
  readonly message: () => Promise<void>
  bestUs: number
}

async function pairTasks(name: string, alice: Side, bob: Side): Promise<Task[]> {
  await pass(alice, bob)
  await pass(bob, alice)
  let isAlicesTurn = false
  const inTurns = (): Promise<void> => {
    isAlicesTurn = !isAlicesTurn
    return isAlicesTurn ? pass(alice, bob) : pass(bob, alice)
  }
  return [
    { title: `${name}: one way`, message: () => pass(alice, bob), bestUs: Infinity },
    { title: `${name}: in turns`, message: inTurns, bestUs: Infinity }
  ]
}

const bare = [new BareLibsignal(), new BareLibsignal()] as const
await bare[0].startSession(bare[1].address, bare[1].publish())

const engine = createLibsignalEngine()
const alice = await Party.create(engine)
const bob = await Party.create(engine)
await alice.startSession(bob, await bob.publish({ hasOneTimePrekey: true }))

const tasks: readonly Task[] = [
  ...(await pairTasks('libsignal as it comes', ...bare)),
  ...(await pairTasks('through the engine', throughTheEngine(alice), throughTheEngine(bob)))
]
// In turns, and the best of many short rounds: what else the machine does falls on all alike, or away.
for (let round = 0; round < ROUNDS; round++) {
  for (const task of tasks) {
    const start = process.cpuUsage()
    for (let count = 0; count < MESSAGES; count++) {
      await task.message()
    }
    const { system, user } = process.cpuUsage(start)
    task.bestUs = Math.min(task.bestUs, (user + system) / MESSAGES)
  }
}
for (const { bestUs, title } of tasks) {
  console.log(`${title.padEnd(34)}${bestUs.toFixed(0).padStart(5)} us of CPU a message`)
}
