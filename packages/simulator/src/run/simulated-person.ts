import type { World } from '../world/world.ts'
import type { Person } from './people-online.ts'

/** A client of a world, as what it is told to do has it. */
export function simulatedPerson(world: World, id: number): Person {
  const client = world.clients[id]
  return {
    node: client?.node ?? -1,
    setOnline: (isOnline) => client?.setOnline(isOnline),
    write: (to, textBytes, onDurable) => {
      const contactId = world.contactOf(id, to)
      if (contactId !== undefined) {
        client?.app.say(contactId, { type: 'text', text: 'x'.repeat(textBytes) }, onDurable)
      }
    }
  }
}
