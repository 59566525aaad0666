import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { dirname, join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { type Home, homeAt } from '../../src/home/home.ts'
import { callHome, connectHome } from '../../src/socket/call-home.ts'
import { type Answerer, type Call, HomeSocket } from '../../src/socket/home-socket.ts'
import { encodeWord, LINE_BYTES_MAX, SOCKET_VERSION } from '../../src/socket/socket-words.ts'
import { untilAborted } from '../../src/until-aborted.ts'
import { MemoryScreen } from '../memory-screen.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

const CALLERS_MAX = 64
/** A caller whose output goes to no terminal. */
const TERMINAL = { columns: 80, rows: 24, isUtf8: true, hasColor: true }
const NOWHERE = { columns: undefined, terminal: undefined }

function newHome(below = ''): Home {
  const home = homeAt(join(temporaryDirectory(), below))
  mkdirSync(home.directory, { recursive: true })
  return home
}

async function call(
  home: Home,
  words: readonly string[],
  options: { readonly screen?: MemoryScreen; readonly signal?: AbortSignal } = {}
): Promise<{ readonly code: number; readonly screen: MemoryScreen }> {
  const { screen = new MemoryScreen(), signal = new AbortController().signal } = options
  const socket = await connectHome(home)
  assert.ok(socket !== undefined, 'somebody listens')
  const code = await callHome(
    socket,
    { words, isJson: false, directory: '/somewhere', secret: undefined },
    { screen, signal }
  )
  return { code, screen }
}

/** Writes to the socket what no command would, and resolves with all that came back once it is closed. */
async function say(home: Home, text: string | Uint8Array): Promise<string> {
  const socket = connect(home.socketPath)
  let heard = ''
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    heard += chunk
  })
  socket.on('error', () => undefined)
  socket.write(text)
  await once(socket, 'close')
  return heard
}

describe('the socket of a home', () => {
  const opened: HomeSocket[] = []
  const open = async (home: Home, answer: Answerer): Promise<HomeSocket> => {
    const socket = await HomeSocket.open(home, answer)
    opened.push(socket)
    return socket
  }
  const echo: Answerer = async ({ words, screen }) => {
    await screen.print(words.join(' '))
    await screen.warn('a warning')
    return words.length
  }

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((socket) => socket.close()))
  })

  it('is nobody else’s to open', async () => {
    const home = newHome()
    await open(home, echo)
    assert.equal(statSync(home.socketPath).mode & 0o777, 0o600)
  })

  it('runs a command and brings back its output and its exit code', async () => {
    const home = newHome()
    await open(home, echo)
    const { code, screen } = await call(home, ['send', 'bob', 'Grüße\n🙂'])
    assert.equal(code, 3)
    assert.deepEqual(screen.printed, ['send bob Grüße\n🙂'])
    assert.deepEqual(screen.warned, ['a warning'])
  })

  it('is at a short path where the home’s is too long for one', async () => {
    const home = newHome('a'.repeat(60) + '/' + 'ä'.repeat(60))
    const socket = await open(home, echo)
    assert.equal(existsSync(home.socketPath), false)
    const path = readFileSync(home.notePath, 'utf8').trim()
    assert.ok(Buffer.byteLength(path) <= 100)
    assert.equal(statSync(path).mode & 0o777, 0o600)
    assert.equal(statSync(dirname(path)).mode & 0o777, 0o700)
    assert.equal((await call(home, ['a'])).code, 1)
    await socket.close()
    assert.equal(existsSync(dirname(path)), false)
    assert.equal(existsSync(home.notePath), false)
  })

  it('takes the place of one that a killed process left', async () => {
    const home = newHome()
    writeFileSync(home.socketPath, '')
    writeFileSync(home.notePath, '/nowhere/at/all\n')
    assert.equal(await connectHome(home), undefined)
    await open(home, echo)
    assert.equal((await call(home, ['a', 'b'])).code, 2)
  })

  it('is gone when it is closed', async () => {
    const home = newHome()
    const socket = await open(home, echo)
    await socket.close()
    assert.equal(existsSync(home.socketPath), false)
    assert.equal(await connectHome(home), undefined)
  })

  it('hands on what is typed, and its end', async () => {
    const home = newHome()
    await open(home, async ({ screen }) => {
      for await (const line of screen.lines()) {
        await screen.print(`you said ${line}`)
      }
      return 7
    })
    const typing = new MemoryScreen()
    for (const line of ['one', 'zwei', undefined]) {
      typing.type(line)
    }
    const { code, screen } = await call(home, ['chat'], { screen: typing })
    assert.equal(code, 7)
    assert.deepEqual(screen.printed, ['you said one', 'you said zwei'])
  })

  it('lends the caller’s terminal to a command, and gives it back before the last words', async () => {
    const home = newHome()
    await open(home, async ({ screen }) => {
      assert.deepEqual(screen.terminal, TERMINAL)
      const taken = await screen.takeTerminal()
      for await (const input of taken.inputs) {
        await taken.draw(JSON.stringify(input))
        if (input.type === 'resized') {
          break
        }
      }
      await taken.close()
      await screen.print('bye')
      return 4
    })
    const screen = new MemoryScreen({ terminal: TERMINAL })
    const called = call(home, ['chat'], { screen })
    screen.press('\u001b[A你')
    await screen.untilSo(() => screen.drawn !== '')
    assert.equal(screen.isTerminalTaken, true)
    screen.keys.push({ type: 'resized', columns: 70, rows: 20 })
    assert.equal((await called).code, 4)
    assert.equal(
      screen.drawn,
      '{"type":"typed","text":"\\u001b[A你"}{"type":"resized","columns":70,"rows":20}'
    )
    assert.equal(screen.isTerminalTaken, false)
    assert.deepEqual(screen.printed, ['bye'])
  })

  it('takes no terminal of a caller that has none', async () => {
    const home = newHome()
    await open(home, async ({ screen }) => {
      const taken = await screen.takeTerminal()
      await taken.draw('x')
      await taken.close()
      return screen.terminal === undefined ? 5 : 6
    })
    const { code, screen } = await call(home, ['chat'])
    assert.deepEqual([code, screen.drawn, screen.isTerminalTaken], [5, '', false])
  })

  it('gives the terminal back where the one who drew on it is gone', async () => {
    const home = newHome()
    const socket = await open(home, async ({ screen, signal }) => {
      const taken = await screen.takeTerminal()
      await taken.draw('x')
      await untilAborted(signal)
      return 9
    })
    const screen = new MemoryScreen({ terminal: TERMINAL })
    const called = call(home, ['chat'], { screen })
    await screen.untilSo(() => screen.drawn === 'x')
    await socket.close()
    assert.equal((await called).code, 9)
    assert.equal(screen.isTerminalTaken, false)
  })

  it('tells a command that the terminal is gone', async () => {
    const home = newHome()
    await open(home, async ({ screen }) => {
      const { inputs } = await screen.takeTerminal()
      let count = 0
      for await (const input of inputs) {
        count += input.type === 'typed' ? 1 : 0
      }
      return count
    })
    const screen = new MemoryScreen({ terminal: TERMINAL })
    screen.press('a')
    screen.keys.end()
    assert.equal((await call(home, ['chat'], { screen })).code, 1)
  })

  const until: Answerer = async ({ signal, screen }) => {
    await screen.print('begun')
    await untilAborted(signal)
    return 9
  }

  it('ends a command whose caller ends it', async () => {
    const home = newHome()
    await open(home, until)
    const stop = new AbortController()
    const screen = new MemoryScreen()
    const called = call(home, ['inbox'], { screen, signal: stop.signal })
    await screen.until(/begun/)
    stop.abort()
    assert.equal((await called).code, 9)
  })

  it('ends a command whose caller is gone', async () => {
    const home = newHome()
    const ended = Promise.withResolvers<number>()
    await open(home, async (work) => {
      const code = await until(work)
      ended.resolve(code)
      return code
    })
    const socket = await connectHome(home)
    socket?.write(
      encodeWord({
        type: 'run',
        version: 1,
        words: [],
        isJson: false,
        directory: '/somewhere',
        secret: undefined,
        ...NOWHERE
      })
    )
    assert.ok(socket !== undefined)
    await once(socket, 'data')
    socket.destroy()
    assert.equal(await ended.promise, 9)
  })

  it('ends the commands of others before it closes', async () => {
    const home = newHome()
    const calls: Call[] = []
    const socket = await open(home, (work) => {
      calls.push(work)
      return until(work)
    })
    const screen = new MemoryScreen()
    const called = call(home, ['inbox'], { screen })
    await screen.until(/begun/)
    await socket.close()
    assert.equal((await called).code, 9)
    assert.equal(calls[0]?.closing.aborted, true)
  })

  it('tells a caller of another version', async () => {
    const home = newHome()
    await open(home, echo)
    const request = {
      type: 'run',
      version: SOCKET_VERSION + 1,
      words: ['a'],
      isJson: false,
      directory: '/somewhere',
      secret: undefined
    } as const
    const heard = await say(home, encodeWord({ ...request, ...NOWHERE }))
    assert.equal(heard, encodeWord({ type: 'other-version' }))
  })

  it('says so where the one who listens stops before the end', async () => {
    const home = newHome()
    await open(home, echo)
    const socket = await connectHome(home)
    assert.ok(socket !== undefined)
    socket.destroy()
    const around = { screen: new MemoryScreen(), signal: new AbortController().signal }
    await assert.rejects(
      callHome(
        socket,
        { words: [], isJson: false, directory: '/somewhere', secret: undefined },
        around
      ),
      {
        code: 'SEALPOST_CONNECTION_CLOSED'
      }
    )
  })

  const nonsense: readonly (readonly [string, string | Uint8Array])[] = [
    ['no JSON', 'GET / HTTP/1.1\r\n\r\n'],
    ['an unknown word', '{"type":"walk"}\n'],
    ['a request without words', '{"type":"run","version":1}\n'],
    ['a line that never ends', new Uint8Array(LINE_BYTES_MAX + 1).fill(0x20)]
  ]
  for (const [title, bytes] of nonsense) {
    it(`hangs up on ${title}, and serves others`, async () => {
      const home = newHome()
      await open(home, echo)
      assert.equal(await say(home, bytes), '')
      assert.equal((await call(home, ['a'])).code, 1)
    })
  }

  it('runs one command for each caller', async () => {
    const home = newHome()
    let runCount = 0
    await open(home, async () => {
      runCount += 1
      return 0
    })
    const request = encodeWord({
      type: 'run',
      version: SOCKET_VERSION,
      words: [],
      isJson: false,
      directory: '/somewhere',
      secret: undefined,
      ...NOWHERE
    })
    await say(home, request + request)
    assert.equal(runCount, 1)
  })

  it('turns away more callers than it has room for', async () => {
    const home = newHome()
    await open(home, until)
    const sockets: Socket[] = []
    for (let count = 0; count < CALLERS_MAX; count++) {
      const socket = await connectHome(home)
      assert.ok(socket !== undefined)
      sockets.push(socket)
    }
    const surplus = await connectHome(home)
    assert.ok(surplus !== undefined)
    surplus.resume()
    await once(surplus, 'close')
    for (const socket of sockets) {
      socket.destroy()
    }
  })

  it('holds a command back whose caller reads nothing, and lets it go with the caller', async () => {
    const home = newHome()
    let printedCount = 0
    const ended = Promise.withResolvers<unknown>()
    await open(home, async ({ screen }) => {
      try {
        for (;;) {
          await screen.print('x'.repeat(100_000))
          printedCount += 1
        }
      } catch (error) {
        ended.resolve(error)
        return 1
      }
    })
    const socket = await connectHome(home)
    assert.ok(socket !== undefined)
    socket.pause()
    socket.write(
      encodeWord({
        type: 'run',
        version: 1,
        words: [],
        isJson: false,
        directory: '/somewhere',
        secret: undefined,
        ...NOWHERE
      })
    )
    for (let stillTurns = 0, before = 0; stillTurns < 1_000; stillTurns++) {
      await turn()
      if (printedCount !== before || printedCount === 0) {
        before = printedCount
        stillTurns = 0
      }
    }
    assert.ok(printedCount < 100, String(printedCount))
    socket.destroy()
    assert.equal(((await ended.promise) as { code?: string }).code, 'SEALPOST_CONNECTION_CLOSED')
  })
})
