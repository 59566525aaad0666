/** Names of what relays learn, in words: what, and by which relays. */

/** By what their names say of them, in the order of how many there are. */
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
    'linkedBy…Share': 'pairs of people who write, linked',
    'peopleSeenBy…Share': 'people with a mailbox there',
    'senderEntropyBy…Bits': 'entropy of the sender of a delivery',
    'senderEntropyBy…Share': 'entropy of the sender, of that of knowing nothing',
    'contactRankBy…Share': 'strangers ranked before a true contact',
    'firstContactBy…Share': 'people whose first guessed contact is true at the end',
    'firstContactBy…Ms': 'time until the first guessed contact is true for good',
    'firstThreeContactsBy…Share': 'people whose first three guessed contacts are true at the end',
    'firstThreeContactsBy…Ms': 'time until the first three guessed contacts are true for good',
    'timingAucBy…': 'AUC of telling a sender from others by time'
  })
)

/** One of the values of a kind: the same, known by other relays. */
export interface KnowledgeName {
  /** `linkedBy…Share`: the name of all of its kind. */
  readonly family: string
  readonly what: string
  readonly relays: string
}

/** Undefined of a value of another kind. */
export function knowledgeName(name: string): KnowledgeName | undefined {
  const [, stem = '', by = '', unit = ''] =
    /^([a-z]\w*By)(One|Sybils|\d+Percent)(\w*)$/.exec(name) ?? []
  const family = `${stem}…${unit}`
  const [what, relays] = [WHAT.get(family), RELAYS.get(by)]
  return what === undefined || relays === undefined ? undefined : { family, what, relays }
}

/** Values of one kind, by which relays know it: those that know least first. */
export interface KnowledgeFamily {
  readonly family: string
  readonly what: string
  readonly members: readonly { readonly name: string; readonly relays: string }[]
}

export function knowledgeFamilies(names: readonly string[]): readonly KnowledgeFamily[] {
  const order = [...RELAYS.values()]
  return [...WHAT].flatMap(([family, what]) => {
    const members = names.flatMap((name) => {
      const known = knowledgeName(name)
      return known?.family === family ? [{ name, relays: known.relays }] : []
    })
    members.sort((a, b) => order.indexOf(a.relays) - order.indexOf(b.relays))
    return members.length === 0 ? [] : [{ family, what, members }]
  })
}
