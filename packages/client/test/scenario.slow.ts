import { scenarioSeeds } from './scenario-seeds.ts'

describe('mixed misfortune (slow: 150 seeds)', function () {
  this.timeout(120_000)
  scenarioSeeds(150)
})
