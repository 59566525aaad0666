/**
 * A person who talks without end, in a process that can be killed: `talker.ts HOME NAME FIRST`. Sends one message after another to its
 * only contact, numbered from FIRST, and says what became of each; `stop` on its standard input lets it finish, and `go N`
 * lets it send N more.
 *
 * ```
 *   {"promised":"alice 7"}   send() resolved: it must arrive
 *   {"got":"bob 3"}          a message was shown
 *   {"settled":true}         everything it sent was receipted
 * ```
 */
import { createInterface } from 'node:readline'
import { SealpostClient } from '@sealpost/client'
import { realPorts } from './real-ports.ts'

const [home = '', name = '', first = '1'] = process.argv.slice(2)

function say(word: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(word)}\n`)
}

const client = await SealpostClient.open(await realPorts(home))
const [contact] = await client.contacts()
if (contact === undefined) {
  throw new Error('nobody to talk to')
}
client.listen((event) => {
  if (event.type === 'message') {
    say({ got: event.message.text })
  }
})
say({ ready: true })
let number = Number(first)
createInterface({ input: process.stdin }).on('line', (line) => {
  const [word, count] = line.split(' ')
  if (word === 'go') {
    void talk(Number(count))
  } else {
    void settle()
  }
})

async function talk(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const text = `${name} ${String(number++)}`
    say({ tried: text })
    await client.send(contact?.contactId ?? fail(), text)
    say({ promised: text })
  }
}

async function settle(): Promise<void> {
  const messages = await client.messages(contact?.contactId ?? fail(), { limit: 100_000 })
  for (const { messageId, kind } of messages) {
    if (kind === 'sent' && messageId !== undefined) {
      await client.waitForMessage(messageId, 'delivered')
    }
  }
  say({ settled: true })
}

function fail(): never {
  throw new Error('no contact')
}
