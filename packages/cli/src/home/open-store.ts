/** Opens a home's store, in a process of its own or by asking the process that has it open. */
import type { Socket } from 'node:net'
import type { Clock, Store } from '@sealpost/host'
import { isSealpostError, UsageError } from '@sealpost/protocol'
import { wait } from '../deadline.ts'
import { sentences } from '../sentences.ts'
import { connectHome } from '../socket/call-home.ts'
import { describeHolder } from './holder.ts'
import { hasStore, type Home } from './home.ts'

/** How long a command waits for another short one. */
const WAIT_MS = 5_000
const RETRY_MS = 40

/** The way to a home: a process that stays, or the store itself. */
export type Way =
  | { readonly type: 'socket'; readonly socket: Socket }
  | { readonly type: 'store'; readonly store: Store }

interface Options {
  readonly clock: Clock
  readonly signal: AbortSignal
}

/**
 * Waits while another short command has the store.
 *
 * @throws UsageError `SEALPOST_HOME_MISSING`, `SEALPOST_HOME_IN_USE`; StorageError
 */
export async function findWay(home: Home, options: Options): Promise<Way> {
  for (const until = options.clock.monotonicMs() + WAIT_MS; ;) {
    const socket = await connectHome(home)
    if (socket !== undefined) {
      return { type: 'socket', socket }
    }
    if (!hasStore(home)) {
      throw new UsageError('SEALPOST_HOME_MISSING', sentences.home.missing(home.directory))
    }
    const store = await tryOpen(home)
    if (store !== undefined) {
      return { type: 'store', store }
    }
    if (options.signal.aborted || options.clock.monotonicMs() > until) {
      throw new UsageError(
        'SEALPOST_HOME_IN_USE',
        sentences.home.inUse(home.directory, await describeHolder(home))
      )
    }
    await wait(options, RETRY_MS)
  }
}

/** Opens the store, or makes it. @throws as `findWay` */
export function openStore(home: Home, options: Options): Promise<Store> {
  return openOnce(home, options, () => Promise.resolve())
}

/**
 * The same for an account that is to be made.
 *
 * @throws as `openStore`; UsageError `SEALPOST_HOME_EXISTS`, at once, where a process that stays has the home open: it has an account.
 */
export function openNewStore(home: Home, options: Options): Promise<Store> {
  return openOnce(home, options, async () => {
    const socket = await connectHome(home)
    if (socket !== undefined) {
      socket.destroy()
      throw new UsageError('SEALPOST_HOME_EXISTS')
    }
  })
}

/** @param check is asked before each try. */
async function openOnce(home: Home, options: Options, check: () => Promise<void>): Promise<Store> {
  for (const until = options.clock.monotonicMs() + WAIT_MS; ;) {
    await check()
    const store = await tryOpen(home)
    if (store !== undefined) {
      return store
    }
    if (options.signal.aborted || options.clock.monotonicMs() > until) {
      throw new UsageError(
        'SEALPOST_HOME_IN_USE',
        sentences.home.inUse(home.directory, await describeHolder(home))
      )
    }
    await wait(options, RETRY_MS)
  }
}

/** @returns undefined where another process has it open. */
async function tryOpen(home: Home): Promise<Store | undefined> {
  const { openLevelStore } = await import('@sealpost/storage-level')
  try {
    return await openLevelStore(home.storePath)
  } catch (error) {
    if (isSealpostError(error) && error.code === 'SEALPOST_STORE_LOCKED') {
      return undefined
    }
    throw error
  }
}
