import assert from 'node:assert/strict'
import { knowledgeValues } from '../../src/knowledge/knowledge-values.ts'
import type { KnownOfPerson } from '../../src/knowledge/watched-person.ts'
import { WatchedPeople } from '../../src/knowledge/watched-people.ts'
import { randomStream } from '../../src/random/random-stream.ts'
import { HandMade } from './hand-made.ts'

const NOBODY = { seed: 1, sybils: new Set<number>() }
const MINUTE = 60
const HOUR = 3_600
const HOUR_US = 3_600_000_000

/** Of 0, who is the recipient in all of these; rounded, for logarithms. */
function bits({ deliveries = 0, entropyBits = 0 }: Partial<KnownOfPerson> = {}): number {
  return Number((entropyBits / deliveries).toFixed(6))
}

function auc({ timingTrials = 0, timingWins = 0 }: Partial<KnownOfPerson> = {}): number {
  return timingWins / timingTrials
}

describe('pairs that relays link', () => {
  it('are those of whom a relay saw both ends', () => {
    const trace = new HandMade(2, 4).begin([0])
    trace.deposits(0, 1, 0)
    trace.deposits(1, 2, 0)
    trace.deposits(1, 1, 0)
    const values = knowledgeValues(trace.knowledge, NOBODY)
    // Relay 0 has linked 1, relay 1 has linked both: a half and a whole of two.
    assert.equal(values.get('linkedByOneShare'), 0.75)
    assert.equal(values.get('mailboxesPerAddress'), 1)
    assert.equal(values.has('linkedBySybilsShare'), false)
    const sybils = knowledgeValues(trace.knowledge, { seed: 1, sybils: new Set([0]) })
    assert.equal(sybils.get('linkedBySybilsShare'), 0.5)
    assert.equal(sybils.get('peopleSeenBySybilsShare'), 1 / 4)
  })
})

describe('the entropy of a sender', () => {
  it('is over those who have deposited as much shortly before', () => {
    const trace = new HandMade(1, 6).begin([0])
    trace.at(80).deposits(0, 5, 0)
    const first = trace.at(100).deposits(0, 1, 0)
    trace.deposits(0, 2, 3)
    trace.deposits(0, 4, 0, 8192)
    trace.at(101).delivers(0, 0, first)
    trace.at(101.5).deposits(0, 3, 4)
    assert.equal(bits(trace.known(0, 1)), 1)
    const values = knowledgeValues(trace.knowledge, NOBODY)
    assert.equal(values.get('senderEntropyByOneBits'), 1)
    // Of five who are not the recipient.
    assert.equal(values.get('senderEntropyByOneShare')?.toFixed(4), (1 / 2.321928).toFixed(4))
    assert.equal(values.get('peopleSeenByOneShare'), 1 / 6)
  })

  it('is over all since the recipient went, for what waited', () => {
    const trace = new HandMade(1, 4).begin([0])
    trace.at(10).deposits(0, 3, 1)
    trace.at(20).closes(0, 0)
    const waiting = [trace.at(30).deposits(0, 1, 0), trace.at(40).deposits(0, 1, 2)]
    trace.at(50).deposits(0, 1, 2)
    trace.deposits(0, 2, 1)
    trace.at(HOUR).opens(0, 0)
    for (const envelope of waiting.slice(0, 1)) {
      trace.delivers(0, 0, envelope)
    }
    // Three of one and one of another: 2 - 3/4 log2 3.
    assert.equal(bits(trace.known(0, 1)), 0.811278)
  })

  it('is over the last seconds again, for what is deposited once they are there', () => {
    const trace = new HandMade(1, 4).begin([0])
    trace.at(20).closes(0, 0)
    trace.at(30).deposits(0, 1, 2)
    trace.at(50).opens(0, 0)
    trace.at(100).delivers(0, 0, trace.deposits(0, 2, 0))
    assert.equal(bits(trace.known(0, 1)), 0)
  })

  it('is less for relays that compare: the sender deposited at each of the recipient’s', () => {
    const trace = new HandMade(2, 5).begin([0])
    const [envelope] = [trace.at(100).deposits(0, 1, 0), trace.deposits(1, 1, 0)]
    trace.deposits(0, 2, 0)
    trace.deposits(1, 3, 0)
    trace.delivers(0, 0, envelope)
    assert.deepEqual([bits(trace.known(0, 1)), bits(trace.known(0, 3))], [1, 0])
    assert.equal(trace.known(0, 2)?.deliveries, 0)
  })

  it('falls back on what the relay itself saw where no copy came to the others', () => {
    const trace = new HandMade(2, 5).begin([0])
    trace.at(100).delivers(0, 0, trace.deposits(0, 1, 0))
    assert.equal(bits(trace.known(0, 3)), 0)
  })
})

describe('the attack over rounds', () => {
  it('puts first who deposits when something comes, and seldom else', () => {
    const trace = new HandMade(1, 5).begin([0])
    trace.at(0).deposits(0, 1, 0)
    trace.deposits(0, 2, 3)
    trace.at(MINUTE).deposits(0, 2, 3)
    trace.at(2 * MINUTE).deposits(0, 1, 0)
    trace.at(3 * MINUTE).deposits(0, 3, 2)
    const known = trace.at(4 * MINUTE).known(0, 1)
    assert.deepEqual(known?.disclosed, {
      rankShare: 0,
      firstSinceUs: 4 * MINUTE * 1e6,
      firstThreeSinceUs: 4 * MINUTE * 1e6
    })
  })

  it('takes for nearer who was always there when something came', () => {
    const trace = new HandMade(1, 4).begin([0])
    trace.at(0).deposits(0, 1, 0)
    trace.deposits(0, 2, 3)
    // The contact writes to somebody else as well: 1 - 1/2 is less than 1, and more than the 0 of who never came.
    trace.at(MINUTE).deposits(0, 1, 3)
    trace.at(3 * MINUTE)
    const { disclosed } = trace.known(0, 1) ?? {}
    assert.equal(disclosed?.rankShare, 0.5)
    assert.equal(disclosed.firstSinceUs, undefined)
  })

  it('says since when the first is right for good', () => {
    const trace = new HandMade(1, 4).begin([0])
    trace.at(0).deposits(0, 1, 0)
    trace.deposits(0, 2, 3)
    trace.at(MINUTE).deposits(0, 1, 3)
    for (const minute of [70, 80, 90]) {
      trace.at(minute * MINUTE).deposits(0, 1, 0)
    }
    assert.equal(trace.at(5 * HOUR).known(0, 1)?.disclosed?.firstSinceUs, 2 * HOUR_US)
  })

  it('leaves to relays that compare those who deposited at all of theirs', () => {
    const trace = new HandMade(2, 4).begin([0])
    trace.at(0).deposits(0, 1, 0)
    trace.deposits(1, 1, 0)
    trace.deposits(0, 2, 3)
    trace.at(MINUTE).deposits(0, 1, 3)
    trace.at(3 * MINUTE)
    assert.equal(trace.known(0, 1)?.disclosed?.rankShare, 0.5)
    assert.equal(trace.known(0, 3)?.disclosed?.rankShare, 0)
  })

  it('knows nothing of who got nothing', () => {
    const trace = new HandMade(1, 3).begin([0])
    trace.at(MINUTE).deposits(0, 1, 2)
    assert.equal(trace.at(HOUR).known(0, 1)?.disclosed, undefined)
    const values = knowledgeValues(trace.knowledge, NOBODY)
    assert.equal(values.has('contactRankByOneShare'), false)
    assert.equal(values.has('timingAucByOne'), false)
  })
})

describe('true and false pairs by the clock', () => {
  it('are told apart by who deposited last', () => {
    const trace = new HandMade(1, 3).begin([0])
    trace.at(50).deposits(0, 2, 1)
    trace.at(100).delivers(0, 0, trace.deposits(0, 1, 0))
    trace.at(200)
    assert.equal(auc(trace.known(0, 1)), 1)
  })

  it('are mistaken where somebody else deposits in between', () => {
    const trace = new HandMade(1, 3).begin([0])
    const waiting = trace.at(50).deposits(0, 1, 0)
    trace.at(99).deposits(0, 2, 1)
    trace.at(100).delivers(0, 0, waiting).at(200)
    assert.equal(auc(trace.known(0, 1)), 0)
  })

  it('are told apart by a second relay', () => {
    const trace = new HandMade(2, 3).begin([0])
    trace.at(90).deposits(1, 2, 1)
    const waiting = trace.at(98).deposits(0, 1, 0)
    trace.deposits(1, 1, 0)
    trace.at(99).deposits(0, 2, 1)
    trace.at(100).delivers(0, 0, waiting).at(200)
    assert.deepEqual([auc(trace.known(0, 1)), auc(trace.known(0, 3))], [0, 1])
  })

  it('are counted once for each delivery', () => {
    const trace = new HandMade(1, 3).begin([0])
    trace.at(50).deposits(0, 2, 1)
    const envelope = trace.at(100).deposits(0, 1, 0)
    trace.delivers(0, 0, envelope).at(101).delivers(0, 0, envelope)
    assert.equal(trace.at(200).known(0, 1)?.deliveries, 1)
  })
})

describe('people who are watched', () => {
  it('are so many that their counters fit, and one at least', () => {
    const counts = [1, 50, 20_000, 100_000, 2_000_000].map((clientCount) => {
      const random = randomStream(1, 'watched')
      return new WatchedPeople({ clientCount, relayCount: 5, replicas: 3, random }).people.length
    })
    assert.deepEqual(counts, [1, 32, 32, 10, 1])
  })
})
