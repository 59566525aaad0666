import assert from 'node:assert/strict'
import type { LinkState, SignedDeviceList } from '@sealpost/protocol'
import { content, device, MINUTE_MS, shrunkList, START_MS } from '../peer/cast.ts'
import { says, type Siblings, siblings, tells } from '../device/siblings-scene.ts'

const WITHOUT_FIRST = shrunkList(3, [2, 3], [1])

/** One of alice's devices, which knows of a link that the first serves. */
function knowing(own: number): Siblings & { readonly link: LinkState } {
  const first = siblings(1)
  first.alice.invite('ab'.repeat(16), { isPublic: true, expiresAtMs: 0 })
  const [word] = tells(first)
  assert.ok(word?.type === 'link-state')
  const { link } = word
  const scene = siblings(own)
  saysLink(scene, link)
  return { ...scene, link }
}

function saysLink(scene: Siblings, link: LinkState, from = 1): void {
  const requestKey = new Uint8Array(1_216)
  says(scene, from, { type: 'link-state', link }, { type: 'link', requestKey })
}

/** The person removes the first device on this one. */
function remove({ alice, self }: Siblings, deviceList: SignedDeviceList): void {
  const number = alice.machine.contact(self)?.nextNumber ?? 0
  const body = { type: 'address-update', address: undefined, deviceList } as const
  const submissions = [alice.submission(self, content(number, body))]
  alice.give({ type: 'submit', submissions, deviceList })
}

/** Another device did, and says so. */
function removed(scene: Siblings, deviceList: SignedDeviceList, from = 3): void {
  says(scene, from, { type: 'address-update', address: undefined, deviceList })
}

function served(scene: Siblings): readonly (readonly [number, boolean])[] {
  return tells(scene).flatMap((body) =>
    body.type === 'link-state'
      ? [[body.link.servingDevice, body.link.changedAtMs > START_MS] as const]
      : []
  )
}

describe('a link of an account with several devices', () => {
  it('is at relays by the device that it names, and by no other', () => {
    const scene = knowing(2)
    const { alice, rita } = scene
    alice.advance(10 * MINUTE_MS)
    assert.deepEqual(
      alice.machine.links().map(({ isPublic, state }) => [isPublic, state]),
      [[true, scene.link.state]]
    )
    assert.equal(rita.count('put-claimables'), 0)
    alice.restart()
    alice.advance(10 * MINUTE_MS)
    assert.equal(rita.count('put-claimables'), 0)
    assert.deepEqual(tells(scene), [])
  })

  it('is taken over at once where its device is removed, whatever number removes it', () => {
    for (const own of [2, 3]) {
      const scene = knowing(own)
      remove(scene, WITHOUT_FIRST)
      assert.deepEqual(served(scene), [[own, true]])
      assert.ok(scene.rita.count('put-claimables') > 0)
    }
  })

  it('is taken over in the batch that removes its device, or neither is done', () => {
    for (const isCommitted of [false, true]) {
      const scene = knowing(3)
      scene.alice.crash = { inInputs: 1, isCommitted }
      remove(scene, WITHOUT_FIRST)
      assert.equal(scene.alice.crashCount, 1)
      const isRemoved = !scene.alice.machine.devices(scene.self).includes(device(1))
      assert.equal(isRemoved, isCommitted)
      scene.alice.advance(10 * MINUTE_MS)
      assert.deepEqual(served(scene), isCommitted ? [[3, true]] : [])
    }
  })

  it('is taken over by the lowest number, a minute later, where nobody else says so', () => {
    const [second, third] = [knowing(2), knowing(3)]
    removed(second, WITHOUT_FIRST)
    removed(third, WITHOUT_FIRST, 2)
    second.alice.advance(MINUTE_MS - 1)
    assert.deepEqual(served(second), [])
    second.alice.advance(1)
    assert.deepEqual(served(second), [[2, true]])
    third.alice.advance(10 * MINUTE_MS)
    assert.deepEqual(served(third), [])
    assert.equal(third.rita.count('put-claimables'), 0)
  })

  it('is taken over after a restart, too, and left alone where another has', () => {
    const late = knowing(2)
    removed(late, WITHOUT_FIRST)
    late.alice.restart()
    late.alice.advance(MINUTE_MS)
    assert.deepEqual(served(late), [[2, true]])
    const told = knowing(2)
    removed(told, WITHOUT_FIRST)
    const taken = { servingDevice: device(3), changedAtMs: START_MS + 1_000 }
    saysLink(told, { ...told.link, ...taken }, 3)
    told.alice.advance(10 * MINUTE_MS)
    assert.deepEqual(served(told), [])
    assert.equal(told.rita.count('put-claimables'), 0)
  })

  it('is left by whom it named before once another is named, and nothing is put any more', () => {
    const scene = siblings(1)
    const { alice, rita } = scene
    alice.invite('ab'.repeat(16), { isPublic: true, expiresAtMs: 0 })
    const link = tells(scene).flatMap((body) => (body.type === 'link-state' ? [body.link] : []))[0]
    assert.ok(link !== undefined)
    const count = rita.count('put-claimables')
    assert.ok(count > 0)
    const isNews = { servingDevice: device(2), changedAtMs: link.changedAtMs + 1 }
    saysLink(scene, { ...link, ...isNews }, 2)
    alice.restart()
    alice.advance(120 * MINUTE_MS)
    assert.equal(rita.count('put-claimables'), count)
  })

  it('is revoked here by whom serves it there: withdrawn once, told once', () => {
    const scene = knowing(2)
    const { alice, rita, link } = scene
    alice.give({ type: 'revoke-link', invitationId: link.id })
    alice.advance(10 * MINUTE_MS)
    assert.equal(rita.count('put-claimables'), 1)
    const states = tells(scene).map((body) => body.type === 'link-state' && body.link.state)
    assert.deepEqual(states, ['revoked'])
    alice.restart()
    alice.advance(10 * MINUTE_MS)
    assert.equal(rita.count('put-claimables'), 1)
    saysLink(scene, { ...link, state: 'published' })
    assert.equal(alice.machine.links()[0]?.state, 'revoked')
  })

  it('that is closed elsewhere is nothing new, and one whose key is gone is forgotten', () => {
    const scene = knowing(2)
    const { alice, link } = scene
    const closed = { requestSecretKey: new Uint8Array(0), state: 'revoked', endedAtMs: 1 } as const
    says(scene, 1, { type: 'link-state', link: { ...link, id: 'cd'.repeat(16), ...closed } })
    assert.equal(alice.machine.links().length, 1)
    says(scene, 1, { type: 'link-state', link: { ...link, ...closed } })
    assert.equal(alice.machine.links().length, 0)
    assert.equal(alice.rows.all('invitation').length, 0)
  })
})
