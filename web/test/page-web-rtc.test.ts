import assert from 'node:assert/strict'
import type { PathEnd } from '@sealpost/protocol'
import type { DataChannel } from '@sealpost/transport-libp2p'
import { PageWebRtc } from '../src/peer/page-web-rtc.ts'
import { PortChannel } from '../src/peer/port-channel.ts'
import { type PumpedChannel, pumpChannel } from '../src/state/channel-pump.ts'
import type { PathReport, PathWish } from '../src/wire/path-messages.ts'

type Listener = (event: { readonly data: unknown }) => void

/** One end of messages: what the other end says is heard at once. */
class Wire {
  readonly sent: unknown[] = []
  #listeners: Listener[] = []
  #other: Wire | undefined

  static pair(): readonly [Wire, Wire] {
    const [one, other] = [new Wire(), new Wire()]
    one.#other = other
    other.#other = one
    return [one, other]
  }

  postMessage(message: unknown): void {
    this.sent.push(message)
    this.#other?.say(message)
  }

  addEventListener(_type: 'message', listener: Listener): void {
    this.#listeners = [...this.#listeners, listener]
  }

  start(): void {
    // Nothing waits here.
  }

  say(data: unknown): void {
    for (const listener of this.#listeners) {
      listener({ data })
    }
  }
}

/** A channel in the page, whose buffer empties when a test says so. */
class PageChannel implements PumpedChannel {
  readyState = 'connecting'
  bufferedAmount = 0
  bufferedAmountLowThreshold = 0
  binaryType = 'blob'
  isFull = false
  readonly sent: ArrayBuffer[] = []
  readonly #listeners = new Map<string, ((event: { readonly data?: unknown }) => void)[]>()

  addEventListener(type: string, listener: (event: { readonly data?: unknown }) => void): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener])
  }

  send(bytes: ArrayBuffer): void {
    if (this.isFull) {
      throw new DOMException('the queue is full', 'OperationError')
    }
    this.sent.push(bytes)
    this.bufferedAmount += bytes.byteLength
  }

  close(): void {
    this.readyState = 'closed'
    this.emit('close')
  }

  emit(type: string, data?: unknown): void {
    if (type === 'open') {
      this.readyState = 'open'
    }
    for (const listener of this.#listeners.get(type) ?? []) {
      listener({ data })
    }
  }
}

const END: PathEnd = {
  iceName: 'T4XW',
  icePassword: 'f4XQRPUOuNgHpEAJGIyOhT6t',
  fingerprint: new Uint8Array(32),
  candidates: [{ host: '192.0.2.1', port: 5_000 }]
}

describe('the WebRTC of the page, as its worker has it', () => {
  function opened(offered?: PathEnd) {
    const [worker, page] = Wire.pair()
    const told: unknown[] = []
    const channels: DataChannel[] = []
    const connection = new PageWebRtc(worker).open(offered, {
      onMade: (end) => told.push(end),
      onChannel: (channel) => channels.push(channel),
      onGone: () => told.push('gone')
    })
    const report = (said: PathReport): void => {
      page.postMessage(said)
    }
    return { connection, worker, told, channels, report, wishes: worker.sent as PathWish[] }
  }

  it('asks for a connection, and tells what becomes of it', () => {
    const { connection, told, report, wishes } = opened(END)
    assert.deepEqual(wishes, [{ kind: 'path-open', id: 1, offered: END }])
    report({ kind: 'path-made', id: 1, end: END })
    connection.take(END)
    report({ kind: 'path-gone', id: 1 })
    report({ kind: 'path-gone', id: 1 })
    assert.deepEqual(told, [END, 'gone'])
    assert.equal(wishes.length, 2)
    connection.take(END)
    connection.close()
    assert.equal(wishes.length, 2, 'nothing is asked of what is gone')
  })

  it('believes no page that says what is no end', () => {
    const { told, report } = opened()
    report({ kind: 'path-made', id: 1, end: { ...END, iceName: 'x' } })
    assert.deepEqual(told, [])
  })

  it('is told nothing of what it closed, and closes a channel that comes late', () => {
    const { connection, told, channels, report, wishes } = opened()
    connection.close()
    connection.close()
    assert.deepEqual(wishes.at(-1), { kind: 'path-close', id: 1 })
    const channel = new PageChannel()
    report({ kind: 'path-channel', id: 1, channel: channel as unknown as RTCDataChannel })
    report({ kind: 'path-made', id: 1, end: END })
    report({ kind: 'path-gone', id: 1 })
    assert.equal(channel.readyState, 'closed')
    assert.deepEqual([told, channels], [[], []])
  })
})

describe('a channel that stays in the page', () => {
  function pumped() {
    const [workerPort, pagePort] = Wire.pair()
    const channel = new PageChannel()
    pumpChannel(channel, pagePort)
    const end = new PortChannel(workerPort)
    const events: unknown[] = []
    for (const type of ['open', 'close', 'message', 'bufferedamountlow']) {
      end.addEventListener(type, ({ data }) => {
        events.push(data instanceof ArrayBuffer ? data.byteLength : type)
      })
    }
    return { channel, end, events }
  }

  it('opens, carries bytes both ways, and closes', () => {
    const { channel, end, events } = pumped()
    assert.equal(end.readyState, 'connecting')
    channel.emit('open')
    assert.equal(end.readyState, 'open')
    const bytes = Uint8Array.of(1, 2, 3)
    end.send(bytes.subarray(1))
    assert.deepEqual(
      channel.sent.map((sent) => [...new Uint8Array(sent)]),
      [[2, 3]]
    )
    channel.emit('message', new ArrayBuffer(5))
    end.close()
    assert.deepEqual(events, ['open', 'bufferedamountlow', 5, 'close'])
    assert.equal(end.readyState, 'closed')
  })

  it('holds back the worker where it cannot send, until little is left', () => {
    const { channel, end, events } = pumped()
    end.bufferedAmountLowThreshold = 64 * 1024
    channel.emit('open')
    for (let count = 0; count < 20; count++) {
      end.send(new Uint8Array(16 * 1024))
    }
    assert.ok(end.bufferedAmount > 64 * 1024, 'what the channel holds is not sent')
    assert.equal(events.includes('bufferedamountlow'), false)
    channel.bufferedAmount = 0
    channel.emit('bufferedamountlow')
    assert.equal(end.bufferedAmount, 0)
    assert.equal(events.at(-1), 'bufferedamountlow')
  })

  it('ends where the browser takes no more, since nothing may be missing in between', () => {
    const { channel, end, events } = pumped()
    channel.emit('open')
    channel.isFull = true
    end.send(new Uint8Array(1))
    assert.deepEqual([end.readyState, events.at(-1)], ['closed', 'close'])
  })

  it('ends where something else than bytes comes', () => {
    const { channel, end } = pumped()
    channel.emit('open')
    channel.emit('message', 'text')
    assert.equal(end.readyState, 'closed')
  })
})
