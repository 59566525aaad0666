/**
 * The files of `scenarios`, for whoever sees no disk.
 * `node packages/simulator/test/scenario/scenario-files.ts` makes this of them.
 */

export interface ShippedScenario {
  readonly name: string
  readonly text: string
}

export const SHIPPED_SCENARIOS: readonly ShippedScenario[] = [
  {
    name: 'censored-region',
    text: `sealpost-sim: 1
question: What is left where a region is kept from a part of the relays?
duration: 6h
clients: { count: 50 }
relays: { count: 20 }
churn: { model: always-on }
workload: { messagesPerDay: 100, contacts: 6 }
faults:
  - { at: 1h, action: censor, clients: { regions: [E-ASIA] }, relays: { share: 0.3 } }
expect:
  duplicates: { max: 0 }
sweep:
  faults.0.relays.share: [0.3, 0.6, 0.9]
  seeds: 5
`
  },
  {
    name: 'contacts-over-days',
    text: `sealpost-sim: 1
question: After how many days do relays know with whom somebody writes, from who deposits when something comes for them?
duration: 3d
clients: { count: 100 }
relays: { count: 5 }
workload: { messagesPerDay: 20, contacts: 6 }
expect:
  deliveryRatio: { min: 1 }
  duplicates: { max: 0 }
sweep:
  duration: [4h, 1d, 3d]
  relays.replicas: [1, 3]
  seeds: 5
`
  },
  {
    name: 'cost-per-user',
    text: `sealpost-sim: 1
question: What does a person cost, in bytes and frames on the way and bytes at relays?
duration: 24h
clients: { count: 50 }
relays: { count: 10 }
workload: { messagesPerDay: 50, contacts: 6 }
expect:
  deliveryRatio: { min: 1 }
  duplicates: { max: 0 }
sweep:
  workload.messagesPerDay: [0, 50, 200]
  seeds: 5
`
  },
  {
    name: 'direct-paths',
    text: `sealpost-sim: 1
question: How much of what people write passes no relay where they talk directly, and what does that save?
duration: 6h
clients: { count: 40, direct: true }
relays: { count: 10 }
workload: { messagesPerDay: 200, contacts: 6 }
expect:
  deliveryRatio: { min: 1 }
  duplicates: { max: 0 }
sweep:
  # Of two behind NATs that let holes be punched: never, as measured in IPFS, always.
  network.holePunchShare: [0, 0.7, 1]
  seeds: 5
`
  },
  {
    name: 'enough-replicas',
    text: `sealpost-sim: 1
question: How many replicas are enough, where each hour some relays fail and some lose their disks?
duration: 12h
clients: { count: 50 }
relays: { count: 20 }
workload: { messagesPerDay: 100, contacts: 6 }
faults:
  - { at: 1h, for: 50m, action: crash, nodes: { share: 0.15 } }
  - { at: 2h, for: 50m, action: crash, nodes: { share: 0.15 } }
  - { at: 3h, for: 50m, action: crash, nodes: { share: 0.15 } }
  - { at: 4h, for: 50m, action: crash, nodes: { share: 0.15 } }
  - { at: 5h, for: 50m, action: crash, nodes: { share: 0.15 } }
  - { at: 6h, for: 50m, action: crash, nodes: { share: 0.15 } }
  - { at: 7h, for: 50m, action: crash, nodes: { share: 0.15 } }
  - { at: 8h, for: 50m, action: crash, nodes: { share: 0.15 } }
  - { at: 2h30m, for: 5m, action: disk-lost, nodes: { share: 0.1 } }
  - { at: 4h30m, for: 5m, action: disk-lost, nodes: { share: 0.1 } }
  - { at: 6h30m, for: 5m, action: disk-lost, nodes: { share: 0.1 } }
  - { at: 8h30m, for: 5m, action: disk-lost, nodes: { share: 0.1 } }
expect:
  duplicates: { max: 0 }
sweep:
  relays.replicas: [1, 2, 3, 4]
  seeds: 5
`
  },
  {
    name: 'epoch-turn',
    text: `sealpost-sim: 1
question: Who was away while the epochs of their mailboxes turned, for how long may it be until something is lost?
duration: 28d
clients: { count: 8 }
relays: { count: 6 }
workload: { messagesPerDay: 10, contacts: 4 }
faults:
  - { at: 3d, for: 8d, action: away, nodes: { share: 0.5 } }
expect:
  duplicates: { max: 0 }
sweep:
  # Addresses have an epoch each week; a message waits at a relay for two.
  faults.0.for: [8d, 13d, 20d]
  seeds: 5
`
  },
  {
    name: 'flash-crowd',
    text: `sealpost-sim: 1
question: What do five relays make of everybody who comes at once, stays for a week, and gets to know others?
duration: 7d
clients: { count: 20 }
relays: { count: 5, workBits: 16 }
churn: { model: flash-crowd, at: 1h, for: 6d22h, within: 5s }
workload: { messagesPerDay: 20, contacts: 2, newContactsPerDay: 1 }
expect:
  deliveryRatio: { min: 1 }
  duplicates: { max: 0 }
sweep:
  churn.within: [5s, 12h]
  seeds: 5
`
  },
  {
    name: 'full-relays',
    text: `sealpost-sim: 1
question: What becomes of messages when relays are full, because half of the people are away?
duration: 6h
clients: { count: 50 }
relays: { count: 5, storageMiB: 1024 }
churn: { model: always-on }
workload: { messagesPerDay: 400, contacts: 6 }
faults:
  - { at: 30m, for: 4h, action: away, nodes: { share: 0.5 } }
expect:
  duplicates: { max: 0 }
sweep:
  relays.storageMiB: [1.5, 2, 1024]
  seeds: 5
`
  },
  {
    name: 'lying-relays',
    text: `sealpost-sim: 1
question: What if a tenth of the relays lie, or a third?
duration: 8h
clients: { count: 50 }
relays: { count: 20 }
workload: { messagesPerDay: 100, contacts: 6 }
faults:
  - { at: 0s, action: byzantine, nodes: { share: 0.1 }, behaviour: drop }
expect:
  duplicates: { max: 0 }
sweep:
  # They say stored and drop; they hold back what they have; they deliver late; they lie about everything.
  faults.0.behaviour: [drop, withhold, delay, lie]
  faults.0.nodes.share: [0.1, 0.3]
  seeds: 5
`
  },
  {
    name: 'prekey-exhaustion',
    text: `sealpost-sim: 1
question: What does it cost people when somebody claims the prekeys of their public addresses, and fills the boxes in which strangers knock?
duration: 4h
clients: { count: 20 }
relays: { count: 10, workBits: 16 }
workload: { messagesPerDay: 50, contacts: 4, newContactsPerDay: 24, publicAddressShare: 1 }
faults:
  - at: 1h
    for: 2h30m
    action: prekey-exhaustion
    nodes: { share: 1 }
    attackers: 2
    claimsPerMinute: 60
    knocksPerMinute: 60
expect:
  duplicates: { max: 0 }
sweep:
  # Two a minute and relay of each address, or none.
  faults.0.claimsPerMinute: [0, 60]
  faults.0.knocksPerMinute: [0, 60]
  seeds: 5
`
  },
  {
    name: 'region-cut-off',
    text: `sealpost-sim: 1
question: What does it cost when a region is cut off from the rest of the world, for a while?
duration: 6h
clients: { count: 50 }
relays: { count: 20, regions: { EU-W: 0.4, NA: 0.3, E-ASIA: 0.3 } }
churn: { model: always-on }
workload: { messagesPerDay: 100, contacts: 6 }
faults:
  - { at: 1h, for: 1s, action: partition, from: { regions: [E-ASIA] } }
expect:
  deliveryRatio: { min: 1 }
  duplicates: { max: 0 }
sweep:
  # A second is as good as none: what the others are compared with.
  faults.0.for: [1s, 10m, 2h]
  seeds: 5
`
  },
  {
    name: 'relay-migration',
    text: `sealpost-sim: 1
question: What is left after relays went for good, where nobody, half of the people or all move to other relays?
duration: 6h
clients: { count: 40 }
relays: { count: 20 }
workload: { messagesPerDay: 100, contacts: 6 }
faults:
  - { at: 1h, action: crash, nodes: { share: 0.3 } }
  # An hour later they begin to notice, and within another hour all have.
  - { at: 2h, action: move, nodes: { share: 1 }, within: 1h }
expect:
  duplicates: { max: 0 }
sweep:
  faults.0.nodes.share: [0.3, 0.6]
  faults.1.nodes.share: [0, 0.5, 1]
  seeds: 5
`
  },
  {
    name: 'sybil-relays',
    text: `sealpost-sim: 1
question: What if one operator runs a part of the relays under many names, puts together what they see, and lies?
duration: 8h
clients: { count: 50 }
relays: { count: 20, sybilShare: 0.1 }
workload: { messagesPerDay: 100, contacts: 6 }
faults:
  - { at: 0s, action: byzantine, nodes: { sybil: true }, behaviour: lie }
expect:
  duplicates: { max: 0 }
sweep:
  relays.sybilShare: [0.1, 0.3, 0.5]
  seeds: 5
`
  },
  {
    name: 'what-relays-learn',
    text: `sealpost-sim: 1
question: Which pairs of people who write each other does one relay link, or relays that collude, and what is left to them without identifiers?
duration: 8h
clients: { count: 50 }
relays: { count: 20 }
workload: { messagesPerDay: 100, contacts: 6 }
expect:
  deliveryRatio: { min: 1 }
  duplicates: { max: 0 }
sweep:
  relays.replicas: [1, 3]
  relays.count: [10, 40]
  seeds: 5
`
  }
]
