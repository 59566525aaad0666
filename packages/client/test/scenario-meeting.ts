/** How two people of a scenario come to know each other. */
import assert from 'node:assert/strict'
import type { Person } from './scenario-people.ts'
import type { Meeting, Name } from './scenario-plan.ts'
import { personOf, sideOf, type Stage } from './scenario-stage.ts'

const DAY_MS = 86_400_000
/** Longer than a link lives by default: what is drawn may take its time. */
export const LINK_LIFE_MS: number = 29 * DAY_MS

export async function meet(stage: Stage, { inviter, guest, how }: Meeting): Promise<void> {
  const { world } = stage
  const [alice, bob] = [personOf(stage, inviter), personOf(stage, guest)]
  const isReusable = how === 'public'
  const expiresInMs = isReusable ? undefined : LINK_LIFE_MS
  const { link } = await world.run(alice.home.client.invite({ isReusable, expiresInMs }))
  const adding = bob.home.client.add(link, { name: inviter })
  if (how === 'both') {
    const other = await world.run(bob.home.client.invite({ expiresInMs: LINK_LIFE_MS }))
    await world.run(alice.home.client.add(other.link, { name: guest }))
  }
  await world.run(adding)
  for (let round = 0; round < 600; round++) {
    await world.pass(100, 20)
    for (const { contactId } of alice.home.client.requests()) {
      await world.run(alice.home.client.acceptRequest(contactId))
    }
    if ((await knows(stage, alice, guest)) && (await knows(stage, bob, inviter))) {
      return
    }
  }
  assert.fail(`${inviter} and ${guest} do not come to know each other`)
}

/** Whether somebody is an accepted contact, and the only one of that name. */
async function knows({ world }: Stage, person: Person, name: Name): Promise<boolean> {
  const contacts = await world.run(person.home.client.contacts())
  const found = contacts.filter((contact) => contact.profileName === name)
  const [first] = found
  sideOf(person, name).contactId = first?.contactId
  return (
    found.length === 1 &&
    first?.standing === 'accepted' &&
    contacts.every(({ standing }) => standing === 'accepted')
  )
}
