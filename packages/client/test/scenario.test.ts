import { scenarioSeeds } from './scenario-seeds.ts'

describe('mixed misfortune (slow by its nature: ten seeds)', function () {
  this.timeout(60_000)
  scenarioSeeds(10)
})
