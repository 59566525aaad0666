import type { ClientNode } from '../nodes/client-node.ts'
import type { RandomStream } from '../random/random-stream.ts'
import type { World } from '../world/world.ts'

/** A person takes other relays than those that they leave, as many, of those that are up; where there are none, they have fewer. */
export function moveMailboxes(
  { relays }: World,
  client: ClientNode,
  leaves: 'down' | 'all',
  random: RandomStream
): void {
  const own = client.machine?.account.relays ?? []
  const up = new Set(relays.filter(({ isUp }) => isUp).map(({ address }) => address.nodeKey))
  const left = own.filter(({ nodeKey }) => leaves === 'all' || !up.has(nodeKey))
  const others = relays
    .map(({ address }) => address)
    .filter(({ nodeKey }) => up.has(nodeKey) && own.every((one) => one.nodeKey !== nodeKey))
  const next = own.filter((relay) => !left.includes(relay))
  for (let count = 0; count < left.length && others.length > 0; count++) {
    next.push(...others.splice(random.below(others.length), 1))
  }
  if (next.length === 0) {
    return
  }
  for (const { nodeKey } of left) {
    // From what is down nothing more can be fetched; what else is left is emptied first.
    const abandoned = up.has(nodeKey) ? undefined : nodeKey
    client.give({ type: 'relays-changed', relays: next, abandoned })
  }
}
