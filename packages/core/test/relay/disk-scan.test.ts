import { checkDisk } from './disk-checks.ts'

describe('the disk of a relay that thirty people used for ten days', function () {
  this.timeout(60_000)

  checkDisk({ people: 30, days: 10, shuffles: 20 })
})
