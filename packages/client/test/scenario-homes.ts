/**
 * What happens to whole homes: they are backed up, lost, and made again of a backup; and the way out for two of whom one is denied
 * wherever the other could be reached.
 */
import type { ContactId } from '@sealpost/protocol'
import { restoreHome } from '../src/index.ts'
import { CHEAP, FILE_PASSPHRASE } from './backup-of-records.ts'
import { MemoryFile, pieces } from './memory-file.ts'
import { contactOf, nothing, type Person, toldOnly } from './scenario-people.ts'
import { TestHome, type World } from './world.ts'

/** Makes a backup file of an open home. */
export async function backUpHome(world: World, person: Person): Promise<void> {
  const file = new MemoryFile()
  const how = { passphrase: FILE_PASSPHRASE, cost: CHEAP }
  const backup = person.home.client.backup(file, how).then(() => {
    person.backup = file
  })
  await world.run(backup.catch(toldOnly))
}

/** Another home is made of the last backup; the one before is lost, and was closed. */
export async function restoreLostHome(world: World, person: Person): Promise<void> {
  const { backup } = person
  if (backup === undefined) {
    return
  }
  person.lost.push(person.home)
  person.home = new TestHome(world, person.name, false)
  const how = {
    passphrase: 'correct horse',
    passphraseCost: CHEAP,
    filePassphrase: FILE_PASSPHRASE,
    isOldDeviceLost: true
  }
  const nowMs = world.clock.wallMs()
  await world.run(restoreHome(person.home.ports(), pieces(backup.bytes), how, nowMs))
}

/** Finds out, while a home is open, whom no relay lets it reach. */
export function watchDenials({ home, denied }: Person): void {
  home.client.listen((event) => {
    if (event.type === 'contact-problem' && event.problem === 'denied') {
      denied.add(event.contactId)
    }
  })
}

/**
 * Has those who were told that no relay lets them reach somebody send that person a new link. Who lost two homes is denied by those
 * who heard of the second, and left the mailboxes that the first knew, where the third does not know the new ones: it was made of
 * the same backup, or of one that came before their word. And who restored one that is older than a block, by whom that was.
 */
export async function meetAgain(world: World, people: ReadonlyMap<string, Person>): Promise<void> {
  for (const person of people.values()) {
    for (const side of person.sides.values()) {
      const other = people.get(side.to)
      const isBefore = side.wasBlocked && [person, other].some((one) => one?.lost.length !== 0)
      const isTwice = [person, other].some((one) => (one?.lost.length ?? 0) > 1)
      const isOver = isTwice || isBefore
      if (other !== undefined && isOver && person.denied.has(contactOf(side))) {
        const { link } = await world.run(person.home.client.invite())
        await world.run(other.home.client.add(link).then(nothing, toldOnly))
      }
    }
    person.denied.clear()
  }
}

/** The contact of that name, after a home was made of a backup. */
export async function contactNamed(
  world: World,
  { home }: Person,
  name: string
): Promise<ContactId | undefined> {
  const contacts = await world.run(home.client.contacts())
  return contacts.find(({ profileName }) => profileName === name)?.contactId
}
