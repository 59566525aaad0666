/** What every `Store` must keep. */
import type { Erase, RangeQuery, Row, RowKey, TableName, Write } from '@sealpost/core'
import { bytesToUtf8, utf8ToBytes } from '@sealpost/protocol'
import type { Store, StoreOpener } from '../ports.ts'
import { type ComplianceTest, expect, expectFailure, expectSame } from './expectation.ts'

/** An empty place for one store, used by one test. */
export interface StorePlace {
  /** Opens the store in this place, also for a second time, after the first was closed. */
  readonly open: StoreOpener
  /** Called when every store is closed. */
  readonly cleanUp: () => Promise<void>
}

/** What the suite needs of an adapter. */
export interface StoreComplianceOptions {
  readonly prepare: () => Promise<StorePlace>
  /** Whether a second `open` fails while the first store is open; true if not given. */
  readonly isLocking?: boolean
}

const TABLES: Readonly<Record<TableName, true>> = {
  relay: true,
  mailbox: true,
  envelope: true,
  'envelope-index': true,
  expiry: true,
  'idle-mailbox': true,
  'doomed-mailbox': true,
  link: true,
  claimable: true,
  claim: true,
  vault: true,
  account: true,
  contact: true,
  'own-address': true,
  'destroyed-mailbox': true,
  'their-address': true,
  progress: true,
  message: true,
  'message-index': true,
  outbox: true,
  receipt: true,
  recall: true,
  withdrawal: true,
  'pending-word': true,
  fade: true,
  star: true,
  invitation: true,
  'claimed-link': true,
  'declined-request': true,
  'known-relay': true,
  session: true,
  'trusted-identity': true,
  'one-time-prekey': true,
  'signed-prekey': true,
  'kyber-prekey': true,
  'kyber-prekey-use': true,
  'sender-key': true,
  unread: true,
  seen: true,
  'seen-week': true
}
const ALL_TABLES = Object.keys(TABLES) as TableName[]
/** Beyond every key. */
const LAST = '\uffff'
const MANY_ROWS = 3_000

function write(key: string, text: string, table: TableName = 'message'): Write {
  return { type: 'write', table, key, value: utf8ToBytes(text) }
}

function erase(key: string, table: TableName = 'message'): Erase {
  return { type: 'erase', table, key }
}

function at(key: string, table: TableName = 'message'): RowKey {
  return { table, key }
}

function all(table: TableName = 'message'): RangeQuery {
  return { table, from: '', to: LAST, limit: 100_000 }
}

async function textsOf(store: Store, ...keys: string[]): Promise<readonly (string | undefined)[]> {
  const values = await store.getMany(keys.map((key) => at(key)))
  return values.map((value) => (value === undefined ? undefined : bytesToUtf8(value)))
}

function linesOf(rows: readonly Row[]): readonly string[] {
  return rows.map(({ key, value }) => `${key}=${bytesToUtf8(value) ?? '?'}`)
}

type Check = (store: Store, place: StorePlace) => Promise<void>

const LOOK_UPS: Readonly<Record<string, Check>> = {
  async 'gives undefined for rows that are not there'(store) {
    expectSame(await textsOf(store, 'a', 'b'), [undefined, undefined], 'values')
    expectSame(await store.getMany([]), [], 'values of no keys')
  },

  async 'gives what was committed, in the order of the keys'(store) {
    await store.commit([write('a', 'one'), write('b', 'two')])
    const values = await textsOf(store, 'b', 'x', 'a', 'b')
    expectSame(values, ['two', undefined, 'one', 'two'], 'values')
  },

  async 'replaces rows and erases them'(store) {
    await store.commit([write('a', 'one'), write('b', 'two')])
    await store.commit([write('a', 'three'), erase('b'), erase('never')])
    expectSame(await textsOf(store, 'a', 'b', 'never'), ['three', undefined, undefined], 'values')
  },

  async 'lets the later of two mutations of a row count'(store) {
    await store.commit([
      write('a', 'one'),
      write('a', 'two'),
      write('b', 'one'),
      erase('b'),
      erase('c'),
      write('c', 'one')
    ])
    expectSame(await textsOf(store, 'a', 'b', 'c'), ['two', undefined, 'one'], 'values')
    expectSame(linesOf(await store.getRange(all())), ['a=two', 'c=one'], 'rows')
  },

  async 'keeps every table apart from all others'(store) {
    await store.commit(ALL_TABLES.map((table) => write('a', table, table)))
    const values = await store.getMany(ALL_TABLES.map((table) => at('a', table)))
    expectSame(
      values.map((value) => bytesToUtf8(value ?? new Uint8Array())),
      ALL_TABLES,
      'values'
    )
    for (const table of ALL_TABLES) {
      expectSame(linesOf(await store.getRange(all(table))), [`a=${table}`], `rows of ${table}`)
    }
  },

  async 'takes the empty key, and values from none to 256 KiB'(store) {
    const large = new Uint8Array(256 * 1024).map((_, index) => index % 251)
    await store.commit([
      { type: 'write', table: 'message', key: '', value: new Uint8Array() },
      { type: 'write', table: 'message', key: 'large', value: large }
    ])
    const values = await store.getMany([at(''), at('large')])
    expectSame(values, [new Uint8Array(), large], 'values')
  },

  async 'gives plain byte arrays'(store) {
    await store.commit([write('a', 'one')])
    const [value] = await store.getMany([at('a')])
    const [row] = await store.getRange(all())
    expect(value?.constructor === Uint8Array, 'getMany gave a subclass of Uint8Array')
    expect(row?.value.constructor === Uint8Array, 'getRange gave a subclass of Uint8Array')
  },

  async 'does not keep the arrays it was given'(store) {
    const value = utf8ToBytes('one')
    await store.commit([{ type: 'write', table: 'message', key: 'a', value }])
    value.fill(0)
    expectSame(await textsOf(store, 'a'), ['one'], 'values')
  }
}

const RANGES: Readonly<Record<string, Check>> = {
  async 'gives rows from the first bound to before the second'(store) {
    await store.commit(['a', 'b', 'c', 'd'].map((key) => write(key, key)))
    const rows = await store.getRange({ table: 'message', from: 'b', to: 'd', limit: 10 })
    expectSame(linesOf(rows), ['b=b', 'c=c'], 'rows')
  },

  async 'gives the first rows up to the limit, or the last ones where reversed'(store) {
    await store.commit(['c', 'a', 'd', 'b'].map((key) => write(key, key)))
    const range = { table: 'message', from: 'a', to: 'd', limit: 2 } as const
    expectSame(linesOf(await store.getRange(range)), ['a=a', 'b=b'], 'ascending')
    const reversed = await store.getRange({ ...range, isReversed: true })
    expectSame(linesOf(reversed), ['c=c', 'b=b'], 'descending')
  },

  async 'gives nothing for bounds that hold nothing'(store) {
    await store.commit(['a', 'c'].map((key) => write(key, key)))
    for (const [from, to] of [
      ['b', 'c'],
      ['b', 'b'],
      ['c', 'a'],
      ['d', LAST]
    ] as const) {
      for (const isReversed of [false, true]) {
        const range = { table: 'message', from, to, limit: 5, isReversed } as const
        expectSame(await store.getRange(range), [], `rows from ${from} to ${to}`)
      }
    }
  },

  async 'orders keys by their characters, a prefix before what it begins'(store) {
    const keys = ['', '0', '00', '01', '1', '10', '9', 'a', 'aa', 'ab', 'a~', 'b', '~']
    await store.commit([...keys].reverse().map((key) => write(key, '')))
    const rows = await store.getRange(all())
    expectSame(
      rows.map((row) => row.key),
      keys,
      'keys'
    )
    const after = await store.getRange({ table: 'message', from: 'a\0', to: 'b', limit: 9 })
    expectSame(linesOf(after), ['aa=', 'ab=', 'a~='], 'what follows a')
  },

  async 'leaves out erased rows, and still fills the limit'(store) {
    await store.commit(['a', 'b', 'c', 'd'].map((key) => write(key, key)))
    await store.commit([erase('a'), erase('c')])
    const rows = await store.getRange({ ...all(), limit: 2 })
    expectSame(linesOf(rows), ['b=b', 'd=d'], 'rows')
  },

  async 'gives thousands of rows at once'(store) {
    const keys = Array.from({ length: MANY_ROWS }, (_, index) => String(index).padStart(6, '0'))
    await store.commit(keys.map((key) => write(key, key.repeat(100))))
    const rows = await store.getRange({ ...all(), limit: MANY_ROWS - 1 })
    expectSame(
      rows.map((row) => row.key),
      keys.slice(0, -1),
      'keys'
    )
    const reversed = await store.getRange({ ...all(), isReversed: true })
    expectSame(
      reversed.map((row) => row.key),
      keys.reverse(),
      'keys, reversed'
    )
  },

  async 'gives a range as it was at one moment'(store) {
    const keys = Array.from({ length: 500 }, (_, index) => String(index).padStart(3, '0'))
    await store.commit(keys.map((key) => write(key, 'first')))
    const [, rows] = await Promise.all([
      store.commit(keys.map((key) => write(key, 'second'))),
      store.getRange(all())
    ])
    const texts = new Set(rows.map((row) => bytesToUtf8(row.value)))
    expectSame(texts.size, 1, 'versions in one answer')
  }
}

const COMMITS: Readonly<Record<string, Check>> = {
  async 'applies commits in the order of the calls, none waited for'(store) {
    const order: number[] = []
    const commits = Array.from({ length: 50 }, async (_, number) => {
      await store.commit([write('a', String(number)), write(`n${String(number)}`, '')])
      order.push(number)
    })
    await Promise.all(commits)
    expectSame(await textsOf(store, 'a'), ['49'], 'the last value')
    expectSame(order, [...order.keys()], 'the order of the acknowledgements')
    expectSame((await store.getRange(all())).length, 51, 'rows')
  },

  async 'resolves an empty commit'(store) {
    await store.commit([])
    expectSame(await store.getRange(all()), [], 'rows')
  },

  async 'shows a commit to every later read'(store) {
    for (let number = 0; number < 20; number++) {
      await store.commit([write('a', String(number))])
      expectSame(await textsOf(store, 'a'), [String(number)], 'the value')
    }
  },

  async 'keeps everything when it is closed and opened again'(store, { open }) {
    await store.commit([write('a', 'one'), write('b', 'two')])
    await store.commit([erase('b')])
    await store.close()
    await using again = closing(await open())
    expectSame(await textsOf(again.store, 'a', 'b'), ['one', undefined], 'values')
  },

  async 'waits for commits and reads under way before it closes'(store, { open }) {
    const commit = store.commit([write('a', 'one')])
    const second = store.commit([write('b', 'two')])
    const read = store.getMany([at('x')])
    await store.close()
    await Promise.all([commit, second, read])
    await using again = closing(await open())
    expectSame(await textsOf(again.store, 'a', 'b'), ['one', 'two'], 'values')
  },

  async 'refuses every call once it is closed, except to close'(store) {
    await store.close()
    await expectFailure(store.getMany([at('a')]), 'SEALPOST_STORE_FAILED')
    await expectFailure(store.getRange(all()), 'SEALPOST_STORE_FAILED')
    await expectFailure(store.commit([write('a', 'one')]), 'SEALPOST_STORE_FAILED')
    await expectFailure(store.commit([]), 'SEALPOST_STORE_FAILED')
    await store.close()
  }
}

const LOCKING: Readonly<Record<string, Check>> = {
  async 'refuses to be opened twice at a time'(store, { open }) {
    await store.commit([write('a', 'one')])
    await expectFailure(open(), 'SEALPOST_STORE_LOCKED')
    expectSame(await textsOf(store, 'a'), ['one'], 'values')
  }
}

/** The suite, for an adapter's tests to register. */
export function storeCompliance(options: StoreComplianceOptions): readonly ComplianceTest[] {
  const { isLocking = true, prepare } = options
  const checks = { ...LOOK_UPS, ...RANGES, ...COMMITS, ...(isLocking ? LOCKING : {}) }
  return Object.entries(checks).map(([title, check]) => ({
    title,
    async run() {
      const place = await prepare()
      try {
        await using first = closing(await place.open())
        await check(first.store, place)
      } finally {
        await place.cleanUp()
      }
    }
  }))
}

function closing(store: Store): AsyncDisposable & { readonly store: Store } {
  return { store, [Symbol.asyncDispose]: () => store.close() }
}
