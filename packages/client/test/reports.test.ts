import assert from 'node:assert/strict'
import {
  isSealpostError,
  messageIds,
  TICKET_WORDS_PER_DAY_MAX,
  TICKETS_OPEN_MAX
} from '@sealpost/protocol'
import { Desk, desksOf, type NewReport, type Report, Reports, type Ticket } from '../src/index.ts'
import { deskFlood } from './desk-flood.ts'
import { deskScene, type DeskScene } from './desk-scene.ts'
import { eventually } from './linked-device.ts'
import { World } from './world.ts'

const HOUR_MS = 3_600_000
const FULL = { code: 'SEALPOST_USAGE', detail: 'reports-full' }

function wish(desk: string, more: Partial<NewReport> = {}): NewReport {
  return { desk, category: 'problem', text: 'It is slow.', lines: [], ...more }
}

/** The only report there is, once it is in that state. */
async function inState(
  { world, reports }: Pick<DeskScene, 'world' | 'reports'>,
  state: Report['state']
): Promise<Report> {
  await eventually(world, async () => (await reports.reports()).at(-1)?.state === state)
  const report = (await reports.reports()).at(-1)
  assert.ok(report)
  return report
}

async function tickets({
  world,
  desk
}: Pick<DeskScene, 'world' | 'desk'>): Promise<readonly Ticket[]> {
  return world.run(desk.tickets())
}

describe('a report to an operator', function () {
  this.timeout(60_000)

  it('has a number at once, is receipted within 5 s, answered and closed, and the desk learns no name', async () => {
    const { world, rita, desk, link, alice, reports } = await deskScene()
    await world.run(desk.promise(48))
    const { number, state } = await world.run(reports.report(wish(link, { lines: ['a', 'b'] })))
    assert.equal(state, 'queued')
    const beganMs = world.clock.wallMs()
    const received = await inState({ world, reports }, 'received')
    assert.ok(world.clock.wallMs() - beganMs < 5_000)
    assert.deepEqual([received.withinHours, received.isUnread, received.isOver], [48, true, false])

    const { ticket, words } = await world.run(desk.show(number.toLowerCase()))
    assert.deepEqual([ticket.category, words[0]?.text], ['problem', 'It is slow.'])
    assert.deepEqual(words[0]?.lines, ['a', 'b'])
    const [reporter] = await world.run(rita.client.contacts())
    assert.equal(reporter?.profileName, 'report')
    assert.notEqual(reporter.identityKey, alice.client.profile.identityKey)
    assert.deepEqual(await world.run(alice.client.contacts()), [])

    await world.run(desk.setState(number, { state: 'looking' }))
    await inState({ world, reports }, 'looking')
    await world.run(desk.answer(number, 'Since when?'))
    await eventually(world, async () => (await reports.show(number)).words.length === 4)
    await world.run(reports.say(number, 'Since today.'))
    await eventually(world, async () => (await desk.show(number)).words.length === 5)
    await world.run(desk.setState(number, { state: 'solved', version: '1.2.3', text: 'Upgrade.' }))
    const solved = await inState({ world, reports }, 'solved')
    assert.deepEqual([solved.version, solved.isOver, solved.withinHours], ['1.2.3', true, 48])
    const said = (await world.run(reports.show(number))).words
    assert.deepEqual(
      said.map(({ isOwn, type, text }) => [isOwn, type, text]),
      [
        [true, 'open', 'It is slow.'],
        [false, 'state', ''],
        [false, 'state', ''],
        [false, 'say', 'Since when?'],
        [true, 'say', 'Since today.'],
        [false, 'state', 'Upgrade.']
      ]
    )
    assert.equal((await world.run(reports.reports()))[0]?.isUnread, false)
  })

  it('is written without a network, over a kill, and its whole length arrives once', async () => {
    const { world, desk, link, alice, beside, reports } = await deskScene()
    const [relay] = world.relays
    assert.ok(relay)
    await relay.stop()
    const text = 'ä'.repeat(5_000)
    const lines = Array.from({ length: 60 }, (_, at) => `${String(at)} ${'x'.repeat(290)}`)
    const { number } = await world.run(reports.report(wish(link, { text, lines })))
    const { number: other } = await world.run(reports.report(wish(link, { text: 'another' })))
    await world.pass(2_000)
    assert.equal((await inState({ world, reports }, 'queued')).number, number)
    assert.equal((await world.run(reports.show(number))).words[0]?.text, text)
    assert.equal((await world.run(reports.show(other))).words.length, 1)
    beside.kill()
    const again = await world.run(Reports.open(beside.ports(), alice.client))
    assert.deepEqual(
      (await world.run(again.reports())).map(({ state }) => state),
      ['queued', 'queued']
    )
    await relay.start()
    await inState({ world, reports: again }, 'received')
    await eventually(world, async () => (await desk.tickets()).length === 2)
    await eventually(world, async () => (await desk.tickets()).every(({ isWhole }) => isWhole))
    const { words } = await world.run(desk.show(number))
    assert.deepEqual(
      words.filter(({ type }) => type === 'open').map((word) => [word.text, word.lines]),
      [[text, lines]]
    )
  })

  it('is written once however often it is asked for, and so is what is added', async () => {
    const { world, desk, link, reports } = await deskScene()
    const number = 'ABCD-2345'
    const messageId = messageIds.fromBytes(new Uint8Array(16).fill(7))
    for (const times of ['once', 'twice']) {
      const report = await world.run(reports.report(wish(link, { number })))
      assert.equal(report.number, number, times)
      await world.run(reports.say(number, 'Still.', messageId))
    }
    assert.equal((await world.run(reports.reports())).length, 1)
    await eventually(world, async () => (await desk.tickets()).length === 1)
    await eventually(world, async () => (await desk.show(number)).words.length === 3)
    await world.run(reports.say(number, 'Still.', messageId))
    await world.pass(5_000)
    const { words } = await world.run(desk.show(number))
    assert.deepEqual(
      words.map(({ type, text }) => [type, text]),
      [
        ['open', 'It is slow.'],
        ['state', ''],
        ['say', 'Still.']
      ]
    )
    await assert.rejects(
      world.run(reports.report(wish(link, { number: 'no number' }))),
      (error) => isSealpostError(error) && error.code === 'SEALPOST_USAGE'
    )
  })

  it('shows what it says while no relay has told who the desk is', async () => {
    const { world, link, reports } = await deskScene()
    await world.relays[0]?.stop()
    const { number } = await world.run(reports.report(wish(link)))
    await world.pass(1_000)
    const texts = async (): Promise<readonly string[]> =>
      (await world.run(reports.show(number))).words.map(({ text }) => text)
    assert.deepEqual(await texts(), ['It is slow.'])
    await world.relays[0]?.start()
    await inState({ world, reports }, 'received')
    assert.deepEqual(await texts(), ['It is slow.', ''])
  })

  it('keeps to five open ones, and to twenty words a day', async () => {
    const { world, desk, link, reports } = await deskScene()
    const numbers: string[] = []
    for (let count = 0; count < TICKETS_OPEN_MAX; count++) {
      numbers.push((await world.run(reports.report(wish(link)))).number)
    }
    await assert.rejects(world.run(reports.report(wish(link))), FULL)
    const [first = ''] = numbers
    await world.run(reports.withdraw(first))
    await world.run(reports.report(wish(link)))
    for (let count = TICKETS_OPEN_MAX + 2; count < TICKET_WORDS_PER_DAY_MAX; count++) {
      await world.run(reports.say(numbers[1] ?? '', 'more'))
    }
    await assert.rejects(world.run(reports.say(numbers[1] ?? '', 'one too many')), FULL)
    await eventually(world, async () => (await desk.tickets()).length === 6)
    await eventually(world, async () => (await desk.counts())[0]?.count === 5)
    assert.equal((await world.run(desk.show(first))).ticket.state, 'withdrawn')
    await world.skip(25 * HOUR_MS)
    await world.run(reports.say(numbers[1] ?? '', 'a day later'))
  })

  it('fails where the address leads nowhere, and may be written again', async () => {
    const { world, rita, link, reports } = await deskScene()
    const [own] = rita.client.links()
    assert.ok(own)
    await world.run(rita.client.revokeLink(own.invitationId))
    await world.run(rita.client.settle())
    await world.run(reports.report(wish(link)))
    const failed = await inState({ world, reports }, 'failed')
    assert.ok(failed.isOver)
    await assert.rejects(world.run(reports.say(failed.number, 'hello?')), {
      code: 'SEALPOST_LINK_USED'
    })
    const { link: other } = await world.run(rita.client.invite({ isReusable: true }))
    await world.run(reports.report(wish(other)))
    await eventually(world, async () => (await reports.reports())[0]?.state === 'received')
  })

  it('goes to no link for one person, and to no damaged one', async () => {
    const { world, rita, link, reports } = await deskScene()
    const { link: one } = await world.run(rita.client.invite())
    for (const desk of [one, link.slice(0, -1), '']) {
      await assert.rejects(world.run(reports.report(wish(desk))), { code: 'SEALPOST_LINK_INVALID' })
    }
    assert.deepEqual(await world.run(reports.reports()), [])
  })
})

describe('the desks of one’s relays', () => {
  it('are those that relays name, remembered while they cannot be reached', async () => {
    const world = new World()
    await world.addRelays(1, { desk: 'sealpost:i/AQEP' })
    await world.addRelays(1)
    const alice = await world.addHome('alice')
    await alice.open()
    await eventually(world, () =>
      Promise.resolve(alice.client.relays().every(({ phase }) => phase === 'ready'))
    )
    const desks = await world.run(desksOf(alice.client))
    assert.deepEqual(
      desks.map(({ link }) => link),
      ['sealpost:i/AQEP']
    )
    await alice.close()
    await world.relays[0]?.stop()
    await alice.open()
    assert.deepEqual(await world.run(desksOf(alice.client)), desks)
  })
})

describe('a desk', function () {
  this.timeout(60_000)

  it('takes five of two hundred reports by one account, says so, and hears no more of it', async () => {
    const { takenCount, keptCount, saidCount } = await deskFlood(200)
    assert.deepEqual([takenCount, keptCount], [TICKETS_OPEN_MAX, TICKETS_OPEN_MAX])
    assert.ok(saidCount <= 41, String(saidCount))
  })

  it('leaves requests and words that are no reports to its person', async () => {
    const { world, rita, desk, link } = await deskScene()
    const bob = await world.addHome('bob')
    await bob.open()
    await world.run(bob.client.add(link, { text: 'it is bob' }))
    await eventually(world, () => Promise.resolve(rita.client.requests().length === 1))
    await world.run(desk.idle())
    assert.equal(rita.client.requests()[0]?.text, 'it is bob')
    assert.deepEqual(await tickets({ world, desk }), [])
  })

  it('alarms once for each time that a report waits for 24 h, over a restart', async () => {
    const { world, rita, desk, link, reports } = await deskScene()
    const { number } = await world.run(reports.report(wish(link)))
    await inState({ world, reports }, 'received')
    await world.skip(23 * HOUR_MS)
    assert.deepEqual(await world.run(desk.overdue()), [])
    await world.skip(HOUR_MS)
    assert.deepEqual(
      (await world.run(desk.overdue())).map((ticket) => ticket.number),
      [number]
    )
    assert.deepEqual(await world.run(desk.overdue()), [])
    await rita.close()
    await rita.open()
    const later = await Desk.open(rita.client, { clock: world.clock, log: rita.log })
    assert.deepEqual(await world.run(later.overdue()), [])
    await world.run(later.answer(number, 'Sorry.'))
    await inState({ world, reports }, 'received')
    await world.run(reports.say(number, 'And?'))
    await eventually(world, async () => (await later.tickets())[0]?.waitsSinceMs !== 0)
    await world.skip(25 * HOUR_MS)
    assert.equal((await world.run(later.overdue())).length, 1)
  })

  it('opens a report again that its reporter has more to say about', async () => {
    const { world, desk, link, reports } = await deskScene()
    const { number } = await world.run(reports.report(wish(link)))
    await inState({ world, reports }, 'received')
    await world.run(desk.setState(number, { state: 'closed' }))
    await inState({ world, reports }, 'closed')
    await world.run(reports.say(number, 'It is slow again.'))
    await inState({ world, reports }, 'received')
  })

  it('refuses what is no cause, no promise and no answer to keep', async () => {
    const { world, desk, link, reports } = await deskScene()
    const { number } = await world.run(reports.report(wish(link)))
    await inState({ world, reports }, 'received')
    const usage = { code: 'SEALPOST_USAGE' }
    const tags = ['a', 'b', 'c', 'd', 'e']
    assert.deepEqual((await world.run(desk.tag(number, tags))).tags, tags)
    await assert.rejects(world.run(desk.tag(number, [...tags, 'f'])), usage)
    await assert.rejects(world.run(desk.tag(number, ['Not one'])), usage)
    await assert.rejects(world.run(desk.tag('2222-2222', ['a'])), {
      code: 'SEALPOST_UNKNOWN_MESSAGE'
    })
    await assert.rejects(world.run(desk.promise(0)), usage)
    for (let at = 0; at < 50; at++) {
      await world.run(desk.keepCanned(`a${String(at)}`, 'text'))
    }
    await assert.rejects(world.run(desk.keepCanned('a50', 'text')), usage)
    await world.run(desk.keepCanned('a0', undefined))
    await world.run(desk.keepCanned('a50', 'text'))
    assert.equal(Object.keys(desk.canned).length, 50)
  })
})
