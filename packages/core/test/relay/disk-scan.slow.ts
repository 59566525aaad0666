import { checkDisk } from './disk-checks.ts'

describe('the disk of a relay that a hundred people used for four weeks', function () {
  this.timeout(600_000)

  checkDisk({ people: 100, days: 28, shuffles: 100 })
})
