/**
 * Direct paths among all else that goes wrong: people who listen, take offers or both, switch them on and off, for all or for one, and
 * streams that are cut, stalled and restored. Whatever becomes of them, conversations end as they do without.
 */
import { type SeededRandom, testNodeKey } from '@sealpost/host/testing'
import type { DirectChoice } from '@sealpost/protocol'
import { contactOf } from './scenario-people.ts'
import type { Name } from './scenario-plan.ts'
import { personOf, sideOf, type Stage } from './scenario-stage.ts'

export type DirectStep =
  | {
      readonly type: 'choose-direct'
      readonly who: Name
      readonly to: Name
      readonly choice: DirectChoice
    }
  | { readonly type: 'set-direct'; readonly who: Name; readonly isDirect: boolean }
  | { readonly type: 'cut-direct' | 'stall-direct' | 'heal-direct'; readonly who: Name }

/** How somebody begins. */
export interface DirectPlan {
  readonly isDirect: boolean
  readonly isListening: boolean
  readonly takesOffers: boolean
}

export function drawDirectPlan(random: SeededRandom): DirectPlan {
  const isDirect = random.chance(0.8)
  const reached = random.below(10)
  return { isDirect, isListening: reached < 6, takesOffers: reached >= 4 }
}

export function drawDirectStep(random: SeededRandom, names: readonly Name[]): DirectStep {
  const who = random.pick(names)
  const drawn = random.below(10)
  if (drawn < 2) {
    return { type: 'set-direct', who, isDirect: random.chance(0.6) }
  }
  if (drawn < 4) {
    const to = random.pick(names.filter((name) => name !== who))
    return { type: 'choose-direct', who, to, choice: random.pick(['on', 'off', 'default']) }
  }
  const types = ['cut-direct', 'cut-direct', 'stall-direct', 'heal-direct', 'heal-direct'] as const
  return { type: random.pick(types), who }
}

export async function playDirectStep(stage: Stage, step: DirectStep): Promise<void> {
  const { world } = stage
  const person = personOf(stage, step.who)
  await stage.open(person)
  const { client, direct } = person.home
  switch (step.type) {
    case 'choose-direct':
      await world.run(client.setDirect(contactOf(sideOf(person, step.to)), step.choice))
      return
    case 'set-direct':
      await world.run(client.changeSettings({ isDirect: step.isDirect }))
      return
    case 'cut-direct':
      world.network.cut(direct?.nodeKey ?? NOBODY)
      return
    case 'stall-direct':
      world.network.stall(direct?.nodeKey ?? NOBODY)
      return
    case 'heal-direct':
      world.network.heal(direct?.nodeKey ?? NOBODY)
  }
}

/** Where there is no direct transport, nothing is done to it. */
const NOBODY = testNodeKey(0xffff)
