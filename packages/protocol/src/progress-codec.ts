/** Numbers of messages: what a device holds, reads and cannot make again. */
import type { MessageInitShape } from '@bufbuild/protobuf'
import { content, deviceNumber, safeInteger, unique } from './content-bounds.ts'
import type { NumberRange, Progress } from './progress.ts'
import type {
  Progress as WireProgress,
  ProgressSchema,
  Range as WireRange,
  RangeSchema
} from './gen/sealpost/content/v1/content_pb.ts'
import { DEVICES_MAX, PROGRESS_RANGES_MAX } from './limits.ts'

/** Each range lies behind a gap after `heldUpTo`: what follows without one belongs to what is before. */
export function checkRanges(ranges: readonly NumberRange[], heldUpTo: number): void {
  let before = heldUpTo
  for (const { first, last } of content.count(0, PROGRESS_RANGES_MAX, ranges, 'ranges')) {
    safeInteger(first, 'a message’s number')
    safeInteger(last, 'a message’s number')
    if (first <= before + 1 || last < first) {
      content.breach('ranges that do not ascend with gaps')
    }
    before = last
  }
}

export function rangeFrom({ first, last }: WireRange): NumberRange {
  return {
    first: content.fromUint64(first, 'a message’s number'),
    last: content.fromUint64(last, 'a message’s number')
  }
}

/** Checked before: safe integers. */
export function rangeTo({ first, last }: NumberRange): MessageInitShape<typeof RangeSchema> {
  return { first: BigInt(first), last: BigInt(last) }
}

/** At most one word for each device of an account. */
export function checkProgress(all: readonly Progress[]): void {
  content.count(0, DEVICES_MAX, all, 'devices with progress')
  unique(
    all.map(({ device }) => device),
    'a device'
  )
  for (const progress of all) {
    deviceNumber(progress.device)
    safeInteger(progress.readUpTo, 'a message’s number')
    safeInteger(progress.deliveredUpTo, 'a message’s number')
    checkRanges(progress.deliveredBeyond, progress.deliveredUpTo)
  }
}

export function progressFrom(wire: WireProgress): Progress {
  return {
    device: deviceNumber(wire.device),
    deliveredUpTo: content.fromUint64(wire.deliveredUpTo, 'a message’s number'),
    deliveredBeyond: wire.deliveredBeyond.map(rangeFrom),
    readUpTo: content.fromUint64(wire.readUpTo, 'a message’s number')
  }
}

/** Checked before: safe integers all. */
export function progressTo(progress: Progress): MessageInitShape<typeof ProgressSchema> {
  return {
    device: progress.device,
    deliveredUpTo: BigInt(progress.deliveredUpTo),
    deliveredBeyond: progress.deliveredBeyond.map(rangeTo),
    readUpTo: BigInt(progress.readUpTo)
  }
}
