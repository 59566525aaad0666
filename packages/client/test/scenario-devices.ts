/**
 * People with several devices, and homes of which there are copies: devices are linked at the start or in the middle, one or
 * another is at hand, one is away for weeks, one is removed, the one at hand is lost and removed from another; a home is copied,
 * both are started, and the one that was superseded becomes a device of its own.
 */
import assert from 'node:assert/strict'
import type { SeededRandom } from '@sealpost/host/testing'
import { type ContactId, isSealpostError } from '@sealpost/protocol'
import { joinAccount } from '../src/index.ts'
import { CHEAP } from './backup-of-records.ts'
import { homeOf, rowsOfHome } from './home-copy.ts'
import { nothing, type OtherDevice, type Person, toldOnly } from './scenario-people.ts'
import type { Name } from './scenario-plan.ts'
import { personOf, type Stage } from './scenario-stage.ts'
import { TestHome } from './world.ts'

export type DeviceStep =
  /** Links another one; it is there, and not at hand. */
  | { readonly type: 'link-device'; readonly who: Name }
  /** Puts away the one at hand, which goes on by itself, and takes another. */
  | { readonly type: 'take-device'; readonly who: Name }
  /** One that is not at hand is switched off, or on again. */
  | { readonly type: 'leave-device' | 'wake-device'; readonly who: Name }
  /** One that is not at hand is removed by the one that is. */
  | { readonly type: 'remove-device'; readonly who: Name }
  /** The one at hand is lost; another removes it. */
  | { readonly type: 'lose-device'; readonly who: Name }
  /** Copies the home at hand, and starts both; puts right what was superseded. */
  | { readonly type: 'copy-device' | 'mend-device'; readonly who: Name }

const DEVICES_MAX = 3
const LINKING_MS = 60_000
const SYNC_MS = 120_000

// ---- what is drawn

export function drawDeviceSteps(
  random: SeededRandom,
  names: readonly Name[],
  count: number
): readonly DeviceStep[] {
  const owner = random.pick(names)
  let isRemoved = false
  const step = (): DeviceStep => {
    const who = random.chance(0.75) ? owner : random.pick(names)
    const drawn = random.below(12)
    if (drawn === 0 && !isRemoved) {
      isRemoved = true
      return { type: random.pick(['remove-device', 'lose-device']), who }
    }
    if (drawn < 3) {
      return { type: 'link-device', who }
    }
    if (drawn < 8) {
      return { type: 'take-device', who }
    }
    return { type: random.pick(['leave-device', 'wake-device']), who }
  }
  return [{ type: 'link-device', who: owner }, ...Array.from({ length: count }, step)]
}

export function drawCopySteps(random: SeededRandom, names: readonly Name[]): readonly DeviceStep[] {
  const who = random.pick(names)
  // Copies of the only device of an account do not hear of each other: there is no mailbox that both know.
  const first: readonly DeviceStep[] = [{ type: 'link-device', who }]
  const rounds = Array.from({ length: 1 + random.below(2) }, (): readonly DeviceStep[] => [
    { type: 'copy-device', who },
    ...(random.chance(0.5) ? [{ type: 'take-device', who } as const] : []),
    { type: 'mend-device', who },
    ...(random.chance(0.5) ? [{ type: 'take-device', who } as const] : [])
  ])
  return [...first, ...rounds.flat()]
}

// ---- how it is played

export async function playDeviceStep(stage: Stage, step: DeviceStep): Promise<void> {
  const person = personOf(stage, step.who)
  switch (step.type) {
    case 'link-device':
      return linkAnother(stage, person)
    case 'take-device':
      return takeAnother(stage, person)
    case 'leave-device':
      return leaveOne(stage, person)
    case 'wake-device':
      return wakeAll(stage, person)
    case 'remove-device':
      return removeOne(stage, person)
    case 'lose-device':
      return loseOne(stage, person)
    case 'copy-device':
      return startCopy(stage, person)
    case 'mend-device':
      await mend(stage, person)
  }
}

async function linkAnother(stage: Stage, person: Person): Promise<void> {
  const { world } = stage
  await stage.open(person)
  if (person.others.length + 1 >= DEVICES_MAX) {
    return
  }
  const home = new TestHome(world, person.name, false)
  const ending = new AbortController()
  const ports = home.ports()
  let isJoined = false
  const linking = person.home.client.linkDevice({
    signal: ending.signal,
    onCode: (code) => {
      const how = { name: '', passphrase: 'correct horse', passphraseCost: CHEAP }
      const { signal } = ending
      joinAccount(ports, code, { ...how, onDigits: nothing, signal }).then(() => {
        isJoined = true
      }, toldOnly)
    },
    onAsk: () => Promise.resolve(true)
  })
  linking.catch(toldOnly)
  for (let passed = 0; passed < LINKING_MS && !isJoined; passed += 50) {
    await world.pass(50, 25)
  }
  if (isJoined) {
    await ports.transport.close()
    await world.run(home.open())
    const other: OtherDevice = { home, isOpen: true, isOnline: true }
    person.others.push(other)
    await world.pass(5_000, 50)
  }
  ending.abort()
  await world.pass(100)
}

/** Puts the one at hand behind the others, and takes the first of them; not one that knows too little yet. */
async function takeAnother(stage: Stage, person: Person): Promise<void> {
  const [next] = person.others
  if (next === undefined) {
    return
  }
  const contactIds = await knownContacts(stage, person, next)
  if (contactIds === undefined) {
    return
  }
  const { home, isOpen, isOnline } = person
  person.others.shift()
  person.others.push({ home, isOpen, isOnline })
  person.home = next.home
  person.isOpen = next.isOpen
  person.isOnline = next.isOnline
  for (const side of person.sides.values()) {
    side.contactId = contactIds.get(side.to)
  }
}

async function knownContacts(
  stage: Stage,
  person: Person,
  device: OtherDevice
): Promise<ReadonlyMap<string, ContactId> | undefined> {
  const { world } = stage
  await openOther(stage, device)
  for (let passed = 0; passed < SYNC_MS; passed += 5_000) {
    const contacts = await world.run(device.home.client.contacts())
    const accepted = contacts.filter(
      ({ standing }) => standing === 'accepted' || standing === 'blocked'
    )
    const known = new Map(accepted.map(({ profileName, contactId }) => [profileName, contactId]))
    if ([...person.sides.keys()].every((name) => known.has(name))) {
      return known
    }
    await world.pass(5_000, 100)
  }
  return undefined
}

async function openOther({ world }: Stage, device: OtherDevice): Promise<void> {
  if (!device.isOpen) {
    await world.run(device.home.open())
    device.isOpen = true
  }
}

async function leaveOne({ world }: Stage, { others }: Person): Promise<void> {
  const open = others.find(({ isOpen }) => isOpen)
  if (open !== undefined) {
    await world.run(open.home.close())
    open.isOpen = false
  }
}

async function wakeAll(stage: Stage, { others }: Person): Promise<void> {
  for (const other of others) {
    await openOther(stage, other)
  }
}

async function removeOne(stage: Stage, person: Person): Promise<void> {
  const gone = person.others.shift()
  if (gone !== undefined) {
    await stage.open(person)
    await openOther(stage, gone)
    const { device } = gone.home.client.profile
    await stage.world.run(person.home.client.removeDevice(device).then(nothing, toldOnly))
    await stage.world.pass(30_000, 500)
    await stage.world.run(gone.home.close())
    person.gone.push(gone.home)
  }
}

async function loseOne(stage: Stage, person: Person): Promise<void> {
  const { home } = person
  await stage.open(person)
  const { device } = home.client.profile
  await takeAnother(stage, person)
  if (person.home !== home) {
    const lost = person.others.pop()
    if (lost?.isOpen === true) {
      lost.home.kill()
    }
    person.gone.push(home)
    await stage.world.run(person.home.client.removeDevice(device).then(nothing, toldOnly))
  }
}

async function startCopy(stage: Stage, person: Person): Promise<void> {
  await stage.open(person)
  await mend(stage, person)
  await stage.close(person)
  const home = await homeOf(stage.world, person.name, rowsOfHome(person.home))
  await stage.open(person)
  const other: OtherDevice = { home, isOpen: false, isOnline: true }
  person.others.unshift(other)
  await openOther(stage, other)
}

/** Whoever was told that another copy was started makes theirs a device of its own. @returns whether anybody was. */
async function mend(stage: Stage, person: Person): Promise<boolean> {
  const { world } = stage
  let isAny = false
  for (const { home, isOpen } of [person, ...person.others]) {
    if (isOpen && (await isSuperseded(stage, home))) {
      await world.run(home.open())
      isAny = true
    }
  }
  return isAny
}

/**
 * Mends what was superseded only now. Where each copy was told of another one, nobody is left behind the number that they had: the
 * person, who knows all devices, removes it. And who reads on one of them that it finds none of the others gives that up.
 */
export async function putDevicesRight(stage: Stage): Promise<void> {
  for (const person of stage.people.values()) {
    if (!(await mend(stage, person))) {
      const homes = [person, ...person.others].map(({ home }) => home.client.profile.device)
      const { client } = person.home
      for (const { device } of client.devices().filter((one) => !homes.includes(one.device))) {
        await stage.world.run(client.removeDevice(device))
      }
      await giveUpLost(stage, person)
    }
  }
}

/**
 * A copy that was put away until the others had left what it knew of them: nobody can tell them of it, nor it of them, but the person,
 * who links it anew. What was written on it since stays there.
 */
async function giveUpLost(stage: Stage, person: Person): Promise<void> {
  const isLost = ({ home, isOpen, isOnline }: Person | OtherDevice): boolean => {
    const others = isOpen ? home.client.devices().filter(({ isThis }) => !isThis) : []
    return isOnline && others.length > 0 && others.every(({ isNowhere }) => isNowhere)
  }
  const found = person.others.find((other) => !isLost(other))
  if (isLost(person) && found !== undefined) {
    person.others.splice(person.others.indexOf(found), 1)
    person.others.unshift(found)
    await takeAnother(stage, person)
  }
  for (const lost of isLost(person) ? [] : person.others.filter(isLost)) {
    person.others.splice(person.others.indexOf(lost), 1)
    await stage.world.run(lost.home.close())
    person.gone.push(lost.home)
  }
}

/** Whether another copy was seen; it is a device of its own then, and closed. */
async function isSuperseded({ world }: Stage, home: TestHome): Promise<boolean> {
  try {
    await world.run(home.client.becomeNewDevice())
    return true
  } catch (error) {
    assert.ok(isSealpostError(error) && error.code === 'SEALPOST_USAGE')
    return false
  }
}

/** All are there, and none is a copy of another. */
export async function gatherDevices(stage: Stage): Promise<void> {
  for (const person of stage.people.values()) {
    await wakeAll(stage, person)
    for (const device of person.others) {
      device.home.clockErrorMs = 0
      device.home.client.setOnline(true)
      device.isOnline = true
    }
  }
  for (let round = 0; round < 4; round++) {
    await stage.world.pass(60_000, 200)
    for (const person of stage.people.values()) {
      await mend(stage, person)
    }
  }
}

/** Each device of everybody says something, so that what is missing shows. */
export async function sayFromAll(
  stage: Stage,
  say: (who: Name, to: Name) => Promise<void>
): Promise<void> {
  for (const person of stage.people.values()) {
    for (let count = 0; count <= person.others.length; count++) {
      for (const to of person.sides.keys()) {
        await say(person.name, to)
      }
      await takeAnother(stage, person)
    }
  }
}

export async function closeOthers({ world, people }: Stage): Promise<void> {
  for (const { others } of people.values()) {
    for (const other of others) {
      if (other.isOpen) {
        await world.run(other.home.close())
        other.isOpen = false
      }
    }
  }
}
