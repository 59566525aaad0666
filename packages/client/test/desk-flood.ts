/** One account floods a desk with reports. */
import assert from 'node:assert/strict'
import { formatTicketWord } from '@sealpost/protocol'
import { deskScene } from './desk-scene.ts'
import { eventually } from './linked-device.ts'

export interface DeskFlood {
  /** Tickets that there are, words of the flood that the desk keeps, and words that it said. */
  readonly takenCount: number
  readonly keptCount: number
  readonly saidCount: number
}

/** Resolves once the desk has blocked who floods it. */
export async function deskFlood(count: number): Promise<DeskFlood> {
  const { world, rita, desk, link } = await deskScene()
  const mallory = await world.addHome('mallory')
  await mallory.open()
  const { contactId } = await world.run(mallory.client.add(link, { text: report(0) }))
  await world.run(mallory.client.waitForContact(contactId, 'accepted'))
  for (let at = 1; at < count; at++) {
    await world.run(mallory.client.send(contactId, report(at)))
  }
  await eventually(world, async () => {
    const contacts = await rita.client.contacts()
    return contacts.some(({ standing }) => standing === 'blocked')
  })
  const [reporter] = await world.run(rita.client.contacts())
  assert.ok(reporter)
  const said = await world.run(rita.client.messages(reporter.contactId, { limit: 2_000 }))
  return {
    takenCount: (await world.run(desk.tickets())).length,
    keptCount: said.filter(({ kind }) => kind === 'received').length,
    saidCount: said.filter(({ kind }) => kind === 'sent').length
  }
}

function report(at: number): string {
  const octal = at.toString(8).padStart(4, '0')
  const number = `2222-${octal.replace(/\d/g, (digit) => String(Number(digit) + 2))}`
  const word = { type: 'open', category: 'abuse', isWhole: true, text: 'x', lines: [] } as const
  return formatTicketWord({ ...word, number })
}
