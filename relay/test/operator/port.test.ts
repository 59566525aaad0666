import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { RawClient } from '../raw-client.ts'
import { readyProcess, RelayProcess } from '../relay-process.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

describe('the port of an operator', function () {
  this.timeout(60_000)

  it('is where the relay says, for this machine alone', async () => {
    await using directory = await temporaryDirectory()
    const { process } = await readyProcess(directory.path, { 'operator-listen': '[::1]:0' })
    await using relay = process
    const { operatorLink } = JSON.parse(relay.stdout) as { readonly operatorLink: string }
    assert.match(operatorLink, /^http:\/\/\[::1\]:\d+\/$/)
    assert.equal((await fetch(`${operatorLink}nothing`)).status, 404)
    const headers = { 'x-forwarded-for': '192.0.2.1' }
    assert.equal((await fetch(operatorLink, { headers })).status, 403)
  })

  it('is told where it is taken, and people are served all the same', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const where = `127.0.0.1:${String((other.address() as AddressInfo).port)}`
    try {
      await using first = await temporaryDirectory()
      const { process, address } = await readyProcess(first.path, { 'operator-listen': where })
      await using relay = process
      assert.doesNotMatch(relay.stdout, /operatorLink/)
      assert.match(relay.stderr, /"relay\.operator\.no-port","code":"EADDRINUSE"/)
      await using alice = await RawClient.connect(address)
      assert.equal((await alice.ask({ type: 'info' })).type, 'info')
      await using second = await temporaryDirectory()
      const words = ['--data', second.path, '--listen', '127.0.0.1:0', '--operator-listen', where]
      await using shown = new RelayProcess(['run', ...words])
      await shown.untilWritten(/Ctrl-C stops it/)
      assert.ok(
        shown.stdout.includes(`no figures on ${where}: something listens there already.`),
        shown.stdout
      )
    } finally {
      other.close()
    }
  })

  it('is shown to who starts the relay', async () => {
    await using directory = await temporaryDirectory()
    const words = ['--data', directory.path, '--listen', '127.0.0.1:0']
    await using relay = new RelayProcess(['run', ...words, '--operator-listen', '127.0.0.1:0'])
    await relay.untilWritten(/Ctrl-C stops it/)
    assert.match(relay.stdout, /^ {2}operator {2}http:\/\/127\.0\.0\.1:\d+\/$/m)
  })
})
