import assert from 'node:assert/strict'
import fc from 'fast-check'
import { Network, type Nat, type NodePlace } from '../../src/network/network.ts'
import { networkPaths } from '../../src/network/network-paths.ts'
import type { NetworkModel, RttTable } from '../../src/scenario/scenario.ts'

const TABLE: RttTable = {
  name: 'own',
  source: 'here',
  regions: ['home', 'far'],
  hoursFromUtc: [0, 0],
  rttUs: [10_000, 200_000, 200_000, 20_000]
}

const MODEL: NetworkModel = {
  rtt: TABLE,
  jitterSigma: 0,
  uplinkBitsPerSecond: 8_000_000,
  downlinkBitsPerSecond: 8_000_000,
  dialRoundTrips: 4,
  lossShare: 0,
  holePunchShare: 0.7,
  heartbeats: 'simulated'
}

const NATS: readonly Nat[] = ['public', 'easy', 'hard']

/** Even nodes at home and odd ones far away; a byte takes a microsecond on each link. */
function network(model: Partial<NetworkModel> = {}, nodeCount = 8, seed = 7): Network {
  const made = new Network({ model: { ...MODEL, ...model }, nodeCount, seed })
  for (let node = 0; node < nodeCount; node++) {
    const place: NodePlace = {
      kind: 'client',
      id: node,
      region: node % 2,
      nat: NATS[node % 3] ?? 'public',
      uplinkBitsPerSecond: MODEL.uplinkBitsPerSecond,
      downlinkBitsPerSecond: MODEL.downlinkBitsPerSecond
    }
    made.place(node, place)
  }
  return made
}

describe('a frame on its way', () => {
  it('takes half a round trip and its time on both links', () => {
    assert.equal(network().arrivalUs(1000, 0, 1, 500), 1000 + 500 + 100_000 + 500)
    assert.equal(network().arrivalUs(1000, 0, 2, 0), 1000 + 5000)
  })

  it('waits for what its sender sends before it', () => {
    const net = network()
    assert.equal(net.arrivalUs(0, 0, 2, 30_000), 30_000 + 5000 + 30_000)
    assert.equal(net.arrivalUs(0, 0, 4, 100), 30_000 + 100 + 5000 + 100)
    assert.equal(net.arrivalUs(40_000, 0, 4, 100), 40_000 + 100 + 5000 + 100)
  })

  it('waits for what its receiver receives before it, and not for what comes from far later', () => {
    const net = network()
    assert.equal(net.arrivalUs(0, 1, 0, 2000), 2000 + 100_000 + 2000)
    assert.equal(net.arrivalUs(0, 2, 0, 100), 100 + 5000 + 2000 + 100)
    assert.equal(net.arrivalUs(50_000, 2, 0, 100), 50_000 + 100 + 5000 + 100)
  })

  it('never arrives before it is sent, nor before the one before it on its stream', () => {
    const step = fc.record({
      laterUs: fc.integer({ min: 0, max: 1_000_000 }),
      from: fc.nat(7),
      to: fc.nat(7),
      bytes: fc.nat(100_000)
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.nat(), (steps, seed) => {
        const net = network({ jitterSigma: 0.8, lossShare: 0.2 }, 8, seed)
        const last = new Map<string, number>()
        let nowUs = 0
        for (const { laterUs, from, to, bytes } of steps) {
          nowUs += laterUs
          const stream = `${from} ${to}`
          const afterUs = last.get(stream) ?? 0
          const atUs = net.arrivalUs(nowUs, from, to, bytes, afterUs)
          if (atUs === Infinity) {
            continue
          }
          assert.ok(Number.isSafeInteger(atUs))
          assert.ok(atUs >= nowUs && atUs >= afterUs)
          last.set(stream, atUs)
        }
      })
    )
  })

  it('jitters as a log-normal factor does', () => {
    const net = network({ jitterSigma: 0.25 })
    const trips = Array.from({ length: 20_000 }, (_, at) => {
      const nowUs = at * 1e9
      return net.arrivalUs(nowUs, 0, 1, 0) - nowUs
    }).sort((a, b) => a - b)
    const quantile = (part: number): number =>
      (trips[Math.floor(part * trips.length)] ?? 0) / 100_000
    assert.ok(Math.abs(quantile(0.5) - 1) < 0.01, String(quantile(0.5)))
    // exp(0.25 * 1.6449) and exp(-0.25 * 1.6449)
    assert.ok(Math.abs(quantile(0.95) - 1.5086) < 0.03, String(quantile(0.95)))
    assert.ok(Math.abs(quantile(0.05) - 0.6629) < 0.02, String(quantile(0.05)))
  })

  it('comes later where packets are lost, the more the longer it is', () => {
    const late = (bytes: number): number => {
      const net = network({ lossShare: 0.1 })
      let count = 0
      for (let at = 1; at <= 5000; at++) {
        const nowUs = at * 1e9
        const tripUs = net.arrivalUs(nowUs, 0, 1, bytes) - nowUs
        count += tripUs > 100_000 + 2 * bytes ? 1 : 0
        assert.ok(tripUs === 100_000 + 2 * bytes || tripUs >= 500_000 + 2 * bytes)
      }
      return count / 5000
    }
    assert.ok(Math.abs(late(100) - 0.1) < 0.015)
    // Three packets: 1 - 0.9^3.
    assert.ok(Math.abs(late(4000) - 0.271) < 0.025)
  })

  it('takes the same time whoever else is there', () => {
    const few = network({ jitterSigma: 0.3, lossShare: 0.1 }, 4)
    const many = network({ jitterSigma: 0.3, lossShare: 0.1 }, 400)
    for (let at = 0; at < 100; at++) {
      many.arrivalUs(at, 300, 301, 1000)
      assert.equal(few.arrivalUs(at, 0, 1, 10), many.arrivalUs(at, 0, 1, 10))
    }
  })
})

describe('a dial', () => {
  it('takes its round trips', () => {
    assert.equal(network().dialUs(500, 0, 1), 500 + 4 * 200_000)
    assert.equal(network().dialUs(500, 0, 2), 500 + 4 * 10_000)
  })

  it('reaches by NAT, and the same pair always alike', () => {
    const net = network({}, 3000)
    let reached = 0
    let pairs = 0
    for (let at = 0; at + 4 < 3000; at += 3) {
      // public, easy and hard by turns
      assert.ok(net.isReachable(at, at + 2))
      assert.ok(net.isReachable(at + 2, at))
      assert.ok(!net.isReachable(at + 2, at + 5))
      assert.ok(!net.isReachable(at + 1, at + 2))
      const isReached = net.isReachable(at + 1, at + 4)
      assert.equal(net.isReachable(at + 4, at + 1), isReached)
      reached += isReached ? 1 : 0
      pairs += 1
    }
    assert.ok(Math.abs(reached / pairs - 0.7) < 0.05)
  })

  it('comes through two NATs at the first try in most, or at the second, or never', () => {
    const net = network({}, 3000)
    const tries = [undefined, 1, 2].map(() => 0)
    for (let at = 0; at + 4 < 3000; at += 3) {
      const tried = net.punchedAtTry(at + 1, at + 4)
      assert.equal(tried !== undefined, net.isReachable(at + 1, at + 4))
      tries[tried ?? 0] = (tries[tried ?? 0] ?? 0) + 1
      assert.ok(net.isPublic(at))
      assert.ok(!net.isPublic(at + 1))
    }
    const [, first = 0, second = 0] = tries
    assert.ok(second > 0)
    assert.ok(first / (first + second) > 0.95)
  })
})

describe('what goes wrong between nodes', () => {
  it('is a partition in both directions, or in one', () => {
    const net = network()
    net.faults.begin(1, { type: 'partition', from: [0, 2], to: [1, 3], isOneWay: false })
    net.faults.begin(2, { type: 'partition', from: [4], to: [5], isOneWay: true })
    assert.equal(net.arrivalUs(0, 0, 1, 1), Infinity)
    assert.equal(net.arrivalUs(0, 3, 2, 1), Infinity)
    assert.equal(net.dialUs(0, 3, 2), Infinity)
    assert.ok(Number.isFinite(net.arrivalUs(0, 0, 2, 1)))
    assert.equal(net.arrivalUs(0, 4, 5, 1), Infinity)
    assert.ok(Number.isFinite(net.arrivalUs(0, 5, 4, 1)))
    assert.equal(net.dialUs(0, 5, 4), Infinity)
    net.faults.end(1)
    assert.ok(Number.isFinite(net.arrivalUs(0, 3, 2, 1)))
    assert.equal(net.arrivalUs(0, 4, 5, 1), Infinity)
  })

  it('meets only dials where it is of those', () => {
    const net = network()
    net.faults.begin(1, { type: 'partition', from: [0], to: [1], isOneWay: false, isOfDials: true })
    assert.equal(net.dialUs(0, 0, 1), Infinity)
    assert.ok(Number.isFinite(net.arrivalUs(0, 0, 1, 1)))
    net.faults.end(1)
    assert.ok(Number.isFinite(net.dialUs(0, 0, 1)))
  })

  it('lets so much pass each way of each node that is throttled, and what comes next waits', () => {
    const net = network()
    const before = net.arrivalUs(0, 0, 2, 0)
    net.faults.begin(1, { type: 'throttle', from: [0, 1], to: [2, 3], bitsPerSecond: 8_000 })
    const link = 100 * 8
    const trips = [
      net.arrivalUs(0, 0, 2, 100),
      net.arrivalUs(0, 0, 2, 100),
      net.arrivalUs(0, 2, 0, 100)
    ]
    // 100 bytes at 1000 bytes a second.
    assert.ok(trips.every((us) => us >= before + 100_000))
    const [first = 0, second = 0] = trips
    assert.ok(second - first >= 100_000 && second - first < 100_000 + 10 * link)
    assert.ok(net.arrivalUs(0, 0, 4, 100) < before + 100_000)
    net.faults.end(1)
    assert.ok(net.arrivalUs(0, 1, 3, 100) < 200_000)
  })

  it('takes so many times as long where paths are clogged, by the worse of the two', () => {
    const net = network()
    net.faults.begin(1, { type: 'clog', nodes: [0], factor: 3 })
    net.faults.begin(2, { type: 'clog', nodes: [0, 2], factor: 10 })
    assert.equal(net.arrivalUs(0, 0, 2, 0), 50_000)
    net.faults.end(2)
    assert.equal(net.arrivalUs(1e9, 0, 2, 0), 1e9 + 15_000)
    assert.equal(net.dialUs(1e9, 2, 0), 1e9 + 4 * 30_000)
    net.faults.end(1)
    assert.equal(net.arrivalUs(2e9, 0, 2, 0), 2e9 + 5000)
  })

  it('lets nothing pass where all is lost', () => {
    const net = network()
    net.faults.begin(1, { type: 'loss', nodes: [1], share: 1 })
    assert.equal(net.arrivalUs(0, 0, 1, 1), Infinity)
    assert.equal(net.dialUs(0, 1, 0), Infinity)
    net.faults.end(1)
    assert.equal(net.arrivalUs(1e9, 0, 1, 0), 1e9 + 100_000)
  })

  it('is as it was before once all of it is over, in any order', () => {
    const nodes = fc.array(fc.nat(7), { minLength: 1, maxLength: 8 })
    const fault = fc.oneof(
      fc.record({
        type: fc.constant('partition' as const),
        from: nodes,
        to: nodes,
        isOneWay: fc.boolean(),
        isOfDials: fc.boolean()
      }),
      fc.record({
        type: fc.constant('clog' as const),
        nodes,
        factor: fc.integer({ min: 1, max: 9 })
      }),
      fc.record({
        type: fc.constant('throttle' as const),
        from: nodes,
        to: nodes,
        bitsPerSecond: fc.constant(1000)
      }),
      fc.record({
        type: fc.constant('loss' as const),
        nodes,
        share: fc.double({ min: 0, max: 1, noNaN: true })
      })
    )
    fc.assert(
      fc.property(fc.array(fault, { maxLength: 32 }), fc.infiniteStream(fc.nat()), (all, order) => {
        const { faults } = network()
        const open = new Set<number>()
        const isQuiet = (): boolean => {
          const pairs = Array.from({ length: 64 }, (_, at) => [at >> 3, at & 7] as const)
          return pairs.every(
            ([a, b]) =>
              !faults.isDialBlocked(a, b) &&
              faults.factor(a, b) === 1 &&
              faults.passing(a, b) === 1 &&
              faults.throttledUs(0, a, b, 1) === 0
          )
        }
        for (const [id, one] of all.entries()) {
          faults.begin(id, one)
          open.add(id)
        }
        while (open.size > 0) {
          const ids = [...open]
          const id = ids[Number(order.next().value) % ids.length] ?? 0
          faults.end(id)
          open.delete(id)
        }
        assert.ok(isQuiet())
      })
    )
  })
})

describe('the paths of streams', () => {
  it('say that nothing passes, and how late a dial finds that out', () => {
    const net = network()
    const paths = networkPaths(net, { nowUs: 1000 })
    assert.equal(paths.arrivalUs(0, 2, 0), 6000)
    assert.deepEqual(paths.dialledUs(0, 2), { atUs: 41_000, isThere: true })
    net.faults.begin(0, { type: 'partition', from: [0], to: [2], isOneWay: false })
    assert.equal(paths.arrivalUs(0, 2, 0), undefined)
    assert.deepEqual(paths.dialledUs(0, 2), { atUs: 15_001_000, isThere: false })
  })
})
