import type { Scenario } from './scenario.ts'
import { backup } from './scenarios/backup.ts'
import { coldStart } from './scenarios/cold-start.ts'
import { engine } from './scenarios/engine.ts'
import { envelopes } from './scenarios/envelopes.ts'
import { flood } from './scenarios/flood.ts'
import { fullStack } from './scenarios/full-stack.ts'
import { history } from './scenarios/history.ts'
import { idle } from './scenarios/idle.ts'
import { lockstep } from './scenarios/lockstep.ts'
import { online } from './scenarios/online.ts'
import { queued } from './scenarios/queued.ts'
import { relayAtRest } from './scenarios/relay-at-rest.ts'
import { simulatorDays } from './scenarios/simulator-days.ts'
import { simulatorKernel } from './scenarios/simulator-kernel.ts'
import { upgrade } from './scenarios/upgrade.ts'
import { web } from './scenarios/web.ts'

/** All there is, in the order in which it is run. */
export const SCENARIOS: readonly Scenario[] = [
  envelopes,
  lockstep,
  queued,
  online,
  upgrade,
  idle,
  flood,
  relayAtRest,
  backup,
  coldStart,
  engine,
  history,
  web,
  simulatorKernel,
  simulatorDays,
  fullStack
]
