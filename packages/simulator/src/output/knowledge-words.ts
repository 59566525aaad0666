/** Names of what relays learn, in words: what, and by which relays. */

const RELAYS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    One: 'one relay',
    '10Percent': 'a tenth of the relays together',
    '25Percent': 'a quarter of the relays together',
    '50Percent': 'half of the relays together',
    Sybils: 'the relays of one operator'
  })
)

const WHAT: ReadonlyMap<string, string> = new Map(
  Object.entries({
    linkedShare: 'pairs of people who write, linked',
    peopleSeenShare: 'people with a mailbox',
    senderEntropyBits: 'entropy of who sent what is delivered',
    senderEntropyShare: 'entropy of who sent it, as a share of knowing nothing',
    contactRankShare: 'strangers who are taken for a contact before a true one',
    firstContactShare: 'people whose first guessed contact is true at the end',
    firstContactMs: 'time until it is',
    firstThreeContactsShare: 'people whose first three guessed contacts are true at the end',
    firstThreeContactsMs: 'time until they are',
    timingAuc: 'AUC of telling a sender from others by time'
  })
)

/** `senderEntropyByOneBits`: `entropy of who sent what is delivered: one relay`; undefined of another kind of value. */
export function knowledgeLabel(name: string): string | undefined {
  const [, stem = '', by = '', unit = ''] =
    /^([a-z]\w*)By(One|Sybils|\d+Percent)(\w*)$/.exec(name) ?? []
  const [what, relays] = [WHAT.get(stem + unit), RELAYS.get(by)]
  return what === undefined || relays === undefined ? undefined : `${what}: ${relays}`
}
