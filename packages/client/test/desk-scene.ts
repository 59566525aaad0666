/** How tests of reports begin: somebody with a desk, and somebody to report to it. */
import { Desk, Reports } from '../src/index.ts'
import { TestHome, World } from './world.ts'

export interface DeskScene {
  readonly world: World
  readonly rita: TestHome
  readonly desk: Desk
  /** The public address of the desk. */
  readonly link: string
  readonly alice: TestHome
  /** Where the account is that alice reports from. */
  readonly beside: TestHome
  readonly reports: Reports
}

/** Rita runs a relay and its desk; alice is on that relay. */
export async function deskScene(): Promise<DeskScene> {
  const world = new World()
  await world.addRelays(1)
  const rita = await world.addHome('rita')
  await rita.open()
  const { link } = await world.run(rita.client.invite({ isReusable: true }))
  const desk = await Desk.open(rita.client, { clock: world.clock, log: rita.log })
  const alice = await world.addHome('alice')
  await alice.open()
  const beside = new TestHome(world, 'beside', false)
  const reports = await world.run(Reports.open(beside.ports(), alice.client))
  return { world, rita, desk, link, alice, beside, reports }
}
