/** What happens in a run, as the hash of its trace has it: numbers are never given to anything else. */
export const EVENTS = {
  commit: 1,
  read: 2,
  deadline: 3,
  'to-relay': 4,
  'to-client': 5,
  dialled: 6,
  closed: 7,
  online: 8,
  offline: 9,
  write: 10,
  fault: 11,
  sample: 12,
  direct: 13,
  work: 14,
  meeting: 15
} as const

export type EventKind = keyof typeof EVENTS
