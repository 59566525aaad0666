import {
  mebibytes,
  type PrivacyFacts,
  type PrivacyPage,
  type PrivacySection,
  spanOf
} from './privacy-facts.ts'

/** The page in English. */
export function privacyEnglish(facts: PrivacyFacts): PrivacyPage {
  const idle = span(facts.idleMs)
  return {
    title: 'Privacy at this relay',
    columns: ['What', 'As what', 'For how long'],
    sections: [
      {
        title: 'Who runs it',
        paragraphs: [
          facts.operator === ''
            ? 'Its operator has not given a name here. Ask whoever gave you its address.'
            : `${facts.operator}. Ask them whatever this page does not answer.`,
          ...(facts.policy === '' ? [] : [`Its rules: ${facts.policy}`])
        ]
      },
      onDisk(facts),
      {
        title: 'What it knows while it runs, and writes nowhere',
        paragraphs: [
          'For each connection: the network address, a key that your app draws anew at each start, and which mailboxes are fetched over it. That goes with the connection.',
          'For each range of addresses (IPv4 /24, IPv6 /64): how many connections it has, and how many mailboxes it made of late, so that one of them cannot use up the relay. That goes at the latest when the relay stops.',
          ...(facts.servesWebClient
            ? [
                'It serves the web client too: it sees the network address of whoever opens that, and sets no cookie.'
              ]
            : [])
        ]
      },
      {
        title: 'What it logs',
        paragraphs: [
          `It logs at the level ${facts.logLevel}. At every level its log holds counts, codes and fixed words: no network address, no mailbox, no key, nothing of a message. How long the log is kept is up to the operator’s system.`
        ]
      },
      {
        title: 'What it cannot know',
        paragraphs: [
          'What you write, who you are, who your contacts are, and which mailboxes belong to the same person, beyond what was fetched over one connection. It asks for no account, and gives nothing to anybody.',
          ...(facts.workBits === 0
            ? []
            : [
                `Against floods it asks for a proof of work of ${String(facts.workBits)} bits, which says nothing about you.`
              ])
        ]
      },
      {
        title: 'What you can do',
        paragraphs: [
          'Your app holds the secrets of your mailboxes, and nobody else does. With them it fetches everything that is kept for a mailbox, and destroys the mailbox with all that is in it.',
          'The operator cannot find your mailboxes by your name, because the relay does not know it.',
          `What nobody fetches or destroys ends by itself, as the table says: the last of it after ${idle}.`
        ]
      }
    ]
  }
}

function onDisk(facts: PrivacyFacts): PrivacySection {
  const idle = span(facts.idleMs)
  const lifetimes = facts.lifetimesMs.map(span).join(', ')
  const size = mebibytes(facts.contactBytesMax)
  return {
    title: 'What is on its disk',
    paragraphs: [
      'What is erased leaves the files of the disk when these are next written anew. Copies that the operator makes (backups) hold the same, for as long as the operator keeps them.'
    ],
    rows: [
      [
        'Messages that were not fetched yet',
        `sealed: the relay cannot open them, and does not know who wrote; at most ${facts.contactEnvelopesMax.toLocaleString('en-US')} and ${size} for one contact`,
        `until your app has fetched them; at most ${lifetimes}, as the sender’s app chose, and up to two days more`
      ],
      [
        'That a message was there',
        'a random number, so that it is not delivered twice',
        'until the message would have ended'
      ],
      [
        'Mailboxes',
        'a random number, the hashes of two secrets, counts, and the week in which it was last used; no name, no phone number, no address',
        `until your app destroys them, or ${idle} after they were last used`
      ],
      [
        'Links that you give to people',
        'a random number, the hashes of two secrets, and sealed or signed data for whoever has the link',
        `until your app takes them back, or ${idle} after they were last used`
      ],
      [
        'What the operator has blocked',
        'the number of a mailbox or the key of a node as a hash; a range of network addresses as it is, because it has to be compared',
        'until the block ends; each has an end'
      ],
      [
        'Invites to this relay, where it takes people by invitation',
        'hashes of the invite and of who used it, which name no mailbox',
        'until the invite ends; each has an end'
      ],
      [
        'What the operator changed',
        'who of the team, when, and what; no address, no mailbox',
        'until newer entries take its place'
      ]
    ]
  }
}

function span(ms: number): string {
  const { count, unit } = spanOf(ms)
  return `${String(count)} ${unit}${count === 1 ? '' : 's'}`
}
