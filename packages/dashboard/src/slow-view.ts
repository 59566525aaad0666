/** What changes more seldom than the relay's own figures. */
import { type Signal, signal } from '@preact/signals'
import type { HistorySpan } from '@sealpost/operator'
import { call } from './call.ts'
import { type Followed, followed } from './followed.ts'

/** Which span charts show, and whether as tables. */
export const span: Signal<HistorySpan> = signal('hour')
export const isAsTables: Signal<boolean> = signal(false)

export const history: Followed<'history'> = followed('history', 10_000, () => ({
  span: span.value
}))
export const tickets: Followed<'tickets'> = followed('tickets', 30_000)
export const blocks: Followed<'blocks'> = followed('blocks', 10_000)
export const notices: Followed<'notices list'> = followed('notices list', 10_000)
export const watch: Followed<'watch'> = followed('watch', 10_000)
export const audit: Followed<'audit list'> = followed('audit list', 10_000, () => ({ count: 12 }))

/** Shows another span, at once. */
export async function showSpan(wanted: HistorySpan): Promise<void> {
  span.value = wanted
  await history.look()
}

/** Does what a finding proposes, or takes it back. @throws CallFailed */
export async function actOn(name: 'watch apply' | 'watch undo', id: number): Promise<void> {
  await call(name, { id })
  await watch.look()
}

export async function followSlow(): Promise<void> {
  await Promise.all([history, tickets, blocks, notices, watch, audit].map((each) => each.follow()))
}
