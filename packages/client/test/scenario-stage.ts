/** What a kind of misfortune, played in a file of its own, has to do with of the scenario it happens in. */
import assert from 'node:assert/strict'
import type { Person, Side } from './scenario-people.ts'
import type { Name } from './scenario-plan.ts'
import type { TestRelay, World } from './world.ts'

export interface Stage {
  readonly world: World
  readonly people: ReadonlyMap<Name, Person>
  /** Opens the home that somebody has at hand, if it is not open. */
  open: (person: Person) => Promise<void>
  close: (person: Person) => Promise<void>
}

export function personOf({ people }: Stage, name: Name): Person {
  const person = people.get(name)
  assert.ok(person !== undefined)
  return person
}

export function sideOf({ sides }: Person, to: Name): Side {
  const side = sides.get(to)
  assert.ok(side !== undefined)
  return side
}

export function relayOf({ world }: Stage, number: number): TestRelay {
  const relay = world.relays[number]
  assert.ok(relay !== undefined)
  return relay
}

export function killHome(person: Person, untoldCount: number): void {
  if (person.isOpen) {
    person.home.kill(untoldCount)
    person.isOpen = false
  }
}
