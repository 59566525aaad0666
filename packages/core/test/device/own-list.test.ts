import assert from 'node:assert/strict'
import fc from 'fast-check'
import { seededRandom } from '@sealpost/host/testing'
import { type DeviceList, type DeviceNumber, parseDeviceNumber } from '@sealpost/protocol'
import {
  drawDeviceNumber,
  isSameList,
  joinLists,
  withDevice,
  withoutDevice
} from '../../src/device/own-list.ts'

function number(value: number): DeviceNumber {
  const parsed = parseDeviceNumber(value)
  assert.ok(parsed)
  return parsed
}

function listOf(
  version: number,
  devices: readonly number[],
  removed: readonly number[] = []
): DeviceList {
  return {
    version,
    devices: devices.map((device) => ({
      number: number(device),
      registrationId: 100 + device,
      addedAtMs: 1_000 * device
    })),
    removed: removed.map(number)
  }
}

/** Lists of few devices, so that they often name the same ones, and not always with the same id. */
const lists: fc.Arbitrary<DeviceList> = fc
  .record(
    {
      version: fc.integer({ min: 1, max: 4 }),
      devices: fc.uniqueArray(
        fc.record(
          {
            number: fc.integer({ min: 1, max: 6 }).map(number),
            registrationId: fc.integer({ min: 1, max: 3 }),
            addedAtMs: fc.integer({ min: 0, max: 2 })
          },
          { noNullPrototype: true }
        ),
        { selector: (device) => device.number }
      ),
      removed: fc.uniqueArray(fc.integer({ min: 1, max: 6 }).map(number))
    },
    { noNullPrototype: true }
  )
  .map(({ version, devices, removed }) => ({
    version,
    devices: devices.filter((device) => !removed.includes(device.number)),
    removed
  }))

describe('the list of an account’s devices', () => {
  it('comes out the same in whichever order lists meet', () => {
    fc.assert(
      fc.property(lists, lists, (a, b) => {
        assert.deepEqual(joinLists(a, b), joinLists(b, a))
      })
    )
  })

  it('comes out the same in whichever groups lists meet', () => {
    fc.assert(
      fc.property(lists, lists, lists, (a, b, c) => {
        assert.deepEqual(joinLists(joinLists(a, b), c), joinLists(a, joinLists(b, c)))
      })
    )
  })

  it('does not change by meeting itself again', () => {
    fc.assert(
      fc.property(lists, lists, (a, b) => {
        const joined = joinLists(a, b)
        assert.deepEqual(joinLists(joined, a), joined)
        assert.ok(isSameList(joinLists(a, a), a))
      })
    )
  })

  it('never names again what some list removed', () => {
    fc.assert(
      fc.property(fc.array(lists, { minLength: 1 }), (all) => {
        const joined = all.reduce(joinLists)
        for (const removed of all.flatMap((list) => list.removed)) {
          assert.ok(joined.removed.includes(removed))
          assert.ok(!joined.devices.some((device) => device.number === removed))
        }
      })
    )
  })

  it('gives a number that two devices gave at once to the one that was added first', () => {
    const early = { number: number(3), registrationId: 9, addedAtMs: 5 }
    const late = { number: number(3), registrationId: 8, addedAtMs: 6 }
    const [a, b] = [withDevice(listOf(1, [1, 2]), early), withDevice(listOf(1, [1, 2]), late)]
    assert.deepEqual(joinLists(a, b).devices[2], early)
    assert.deepEqual(joinLists(b, a).devices[2], early)
  })

  it('adds and removes in the next version', () => {
    const added = withDevice(listOf(4, [1]), { number: number(2), registrationId: 7, addedAtMs: 8 })
    assert.equal(added.version, 5)
    assert.deepEqual(
      added.devices.map((device) => device.number),
      [1, 2]
    )
    const removed = withoutDevice(added, number(1))
    assert.equal(removed.version, 6)
    assert.deepEqual(removed.removed, [1])
  })

  it('draws a number that no device is known to have had, and each of them at some time', () => {
    const known = fc.uniqueArray(fc.integer({ min: 1, max: 127 }), { maxLength: 126 })
    fc.assert(
      fc.property(known, fc.integer({ min: 1, max: 127 }), fc.nat(), (used, own, seed) => {
        const [devices, removed] = [
          used.filter((one) => one % 2 === 0),
          used.filter((one) => one % 2)
        ]
        const list = listOf(1, devices, removed)
        const random = seededRandom(seed)
        const free = new Set(Array.from({ length: 127 }, (_, at) => at + 1))
        for (const taken of [...used, own]) {
          free.delete(taken)
        }
        const drawn = new Set(
          Array.from({ length: 2_000 }, () => drawDeviceNumber(list, number(own), random))
        )
        drawn.delete(undefined)
        assert.deepEqual([...drawn].sort(), [...free].sort())
      }),
      { numRuns: 20 }
    )
  })

  it('rarely gives one number to two that know nothing of each other', () => {
    const list = listOf(1, [1])
    const pairs = Array.from({ length: 5_000 }, (_, seed) =>
      [2 * seed, 2 * seed + 1].map((one) => drawDeviceNumber(list, number(1), seededRandom(one)))
    )
    const met = pairs.filter(([one, other]) => one === other).length
    // One of 126.
    assert.ok(met > 15 && met < 80, String(met))
  })

  it('has no number once all 127 are used up', () => {
    const all = Array.from({ length: 127 }, (_, index) => index + 1)
    const random = seededRandom(1)
    assert.equal(drawDeviceNumber(listOf(1, [1], all.slice(1)), number(1), random), undefined)
    assert.equal(drawDeviceNumber(listOf(1, [1], all.slice(2)), number(1), random), 2)
    assert.equal(drawDeviceNumber(listOf(1, [], all.slice(2)), number(1), random), 2)
  })
})
