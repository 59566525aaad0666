import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { MemoryScreen } from '../memory-screen.ts'
import { RelayProcess } from '../relay-process.ts'
import { onlyJson, type Ran, runHere } from '../run-here.ts'
import { temporaryDirectory } from '../temporary-directory.ts'
import { DrawnScreen } from './drawn-screen.ts'

const TERMINAL = { columns: 80, rows: 20, isUtf8: true, hasColor: true }
const PROGRAM = fileURLToPath(new URL('../../bin/sealpost.js', import.meta.url))
/** What gives a command a terminal of its own: of util-linux, or of a BSD, which words it differently. */
const SCRIPT = 'script'
const CTRL_D = '\u0004'

/** A terminal's screen as somebody sees it who waits for something to appear. */
class WatchedScreen extends MemoryScreen {
  #drawnCount = 0
  readonly #screen = new DrawnScreen(TERMINAL.columns, TERMINAL.rows)

  constructor() {
    super({ terminal: TERMINAL })
  }

  get text(): string {
    this.#screen.draw(this.drawn.slice(this.#drawnCount))
    this.#drawnCount = this.drawn.length
    return this.#screen.rows.join('\n')
  }

  async untilSeen(pattern: RegExp): Promise<void> {
    await this.untilSo(() => pattern.test(this.text))
  }
}

function scriptWords(command: string): readonly string[] {
  return process.platform === 'linux'
    ? ['-qec', command, '/dev/null']
    : ['-q', '/dev/null', 'sh', '-c', command]
}

/** The command in a pseudo-terminal of its own. */
class TerminalProcess {
  readonly #child
  readonly #screen = new DrawnScreen(TERMINAL.columns, TERMINAL.rows)
  #rest = ''
  all = ''

  constructor(line: readonly string[]) {
    const size = `stty cols ${TERMINAL.columns} rows ${TERMINAL.rows}`
    const words = [process.execPath, PROGRAM, ...line].map((word) => `'${word}'`)
    const command = `${size}; exec ${words.join(' ')}`
    this.#child = spawn(SCRIPT, scriptWords(command), {
      env: { ...process.env, LC_ALL: 'C.UTF-8', TERM: 'xterm-256color', NO_COLOR: '' },
      stdio: ['pipe', 'pipe', 'inherit']
    })
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.all += text
      // What may be half a sequence waits for the rest.
      const whole = this.#rest + text
      const end = whole.lastIndexOf('\u001b')
      this.#screen.draw(whole.slice(0, Math.max(0, end)))
      this.#rest = whole.slice(Math.max(0, end))
    })
  }

  get text(): string {
    return this.#screen.rows.join('\n')
  }

  press(keys: string): void {
    this.#child.stdin.write(keys)
  }

  async untilSeen(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.text)) {
      await once(this.#child.stdout, 'data')
    }
  }

  async end(): Promise<number> {
    if (this.#child.exitCode === null) {
      await once(this.#child, 'exit')
    }
    return this.#child.exitCode ?? -1
  }
}

describe('a chat in a terminal', function () {
  this.timeout(30_000)
  let relay: RelayProcess
  const alice = temporaryDirectory()
  const bob = temporaryDirectory()
  const run = (home: string, ...line: readonly string[]): Promise<Ran> => {
    return runHere(['--home', home, '--json', ...line])
  }

  before(async () => {
    relay = await RelayProcess.start()
    for (const [home, name] of [
      [alice, 'alice'],
      [bob, 'bob']
    ] as const) {
      await run(home, 'init', '--name', name, '--relay', relay.address, '--no-passphrase')
    }
    const { link } = onlyJson(await run(alice, 'invite'))
    await run(bob, 'add', String(link))
    await run(alice, 'contacts')
    await run(bob, 'contacts')
  })

  after(async () => {
    await relay.stop()
  })

  it('sends, receives, ticks and searches, with both at it', async () => {
    const [screen, other] = [new WatchedScreen(), new WatchedScreen()]
    const chats = [
      runHere(['--home', alice, 'chat'], { screen }),
      runHere(['--home', bob, 'chat', 'alice'], { screen: other })
    ]
    await screen.untilSeen(/1 of 1 relays/)
    screen.press('Grüße an 你好 👩‍👩‍👧\r')
    await other.untilSeen(/alice +Grüße an 你好 👩‍👩‍👧/)
    other.press('and\u001b\rback\r')
    await screen.untilSeen(/bob +and\n.* +back/)
    await screen.untilSeen(/✓✓ you +Grüße/)
    // The other's window is left, and what comes meanwhile is not read.
    other.press('\u001b[O')
    screen.press('unread\r')
    await other.untilSeen(/1 new message/)
    screen.press('\u0006GRÜS\u007f')
    await screen.untilSeen(/1 found/)
    screen.press('\r')
    await screen.untilSeen(/✓✓ you +unread/)
    screen.press('/recall\r')
    await other.untilSeen(/\(a message that was taken back\)/)
    await screen.untilSeen(/\(a message that was taken back\)/)
    screen.press(CTRL_D)
    other.press('\u001b[I/quit\r')
    for (const chat of chats) {
      assert.equal((await chat).code, 0)
    }
    assert.equal(screen.isTerminalTaken, false)
    const { unreadCount } = onlyJson(await run(bob, 'status'))
    assert.equal(unreadCount, 0)
  })

  it('goes through a process that stays', async () => {
    const ending = new AbortController()
    const daemonScreen = new MemoryScreen()
    const daemon = runHere(['--home', bob, 'daemon'], {
      screen: daemonScreen,
      signal: ending.signal
    })
    await daemonScreen.until(/bob is online/)
    const screen = new WatchedScreen()
    const chat = runHere(['--home', bob, 'chat'], { screen })
    await screen.untilSeen(/alice +unread/)
    screen.press('through it\r')
    await screen.untilSeen(/✓ +you +through it/)
    // What another command of this home sends is seen here too.
    await run(bob, 'send', 'alice', 'from elsewhere')
    await screen.untilSeen(/✓ +you +from elsewhere/)
    screen.keys.push({ type: 'resized', columns: 60, rows: 12 })
    await screen.untilSo(() => screen.drawn.includes('\u001b[12;1H'))
    ending.abort()
    assert.equal((await daemon).code, 0)
    assert.equal((await chat).code, 1)
    assert.match(screen.warned.join('\n'), /stopped before it answered/)
    assert.equal(screen.isTerminalTaken, false)
  })

  it('needs somebody to talk to where there is no terminal', async () => {
    const { code, warned } = await runHere(['--home', bob, 'chat'])
    assert.equal(code, 2)
    assert.match(warned.join('\n'), /sealpost chat WHO/)
  })

  it('takes a real terminal, and gives it back', async () => {
    const terminal = new TerminalProcess(['--home', alice, 'chat', 'bob'])
    await terminal.untilSeen(/1 of 1 relays/)
    terminal.press('from a real one 你好\r')
    await terminal.untilSeen(/✓ +you +from a real one 你好/)
    const [received] = (await run(bob, 'inbox', '--unread')).printed.slice(-1)
    assert.match(received ?? '', /from a real one 你好/)
    await terminal.untilSeen(/✓✓ you +from a real one 你好/)
    await run(bob, 'send', 'alice', 'and to it')
    await terminal.untilSeen(/bob +and to it/)
    terminal.press('\u0003')
    assert.equal(await terminal.end(), 0)
    const [first, last] = ['\u001b[?1049h', '\u001b[?1049l'].map((word) =>
      terminal.all.indexOf(word)
    )
    assert.ok(first !== undefined && last !== undefined && first >= 0 && last > first)
    assert.equal(terminal.all.slice(last), '\u001b[?1049l')
  })
})
