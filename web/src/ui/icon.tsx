/** Drawings of 24 by 24, by name; they say nothing to a screen reader, what they stand in does. */
import type { JSX } from 'preact'

const PATHS = {
  add: 'M12 5v14M5 12h14',
  archive: 'M3 5h18v4H3zM5 9v10h14V9M10 13h4',
  back: 'M15 5l-7 7 7 7',
  bell: 'M6 16v-5a6 6 0 0 1 12 0v5l1.500 2h-15zM10 20.500a2 2 0 0 0 4 0',
  'bell-off': 'M6 16v-5a6 6 0 0 1 9-5.200M18 11v5l1.500 2h-12M10 20.500a2 2 0 0 0 4 0M4 4l16 16',
  block: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M5.700 5.700l12.600 12.600',
  camera: 'M4 8h3l2-3h6l2 3h3v11H4zM12 10a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7',
  check: 'M5 12.500l4.500 4.500L19 7.500',
  checks: 'M2 12.500l4.500 4.500L16 7.500M11.500 16l1 1L22 7.500',
  clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 7v5l3 2',
  close: 'M6 6l12 12M18 6L6 18',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  device: 'M5 4h14v11H5zM2 19h20M9 15v4M15 15v4',
  down: 'M12 5v14M6 13l6 6 6-6',
  download: 'M12 4v11M7 11l5 5 5-5M4 20h16',
  edit: 'M4 20l1-4L16 5l3 3L8 19zM14 7l3 3',
  eye: 'M2 12c4-6 16-6 20 0-4 6-16 6-20 0M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6',
  forward: 'M9 5l7 7-7 7',
  info: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 11v5M12 7.600v.4',
  key: 'M8 12a4 4 0 1 0 0 8 4 4 0 0 0 0-8M11 13l9-9M17 7l2 2M14 10l2 2',
  language:
    'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M3 12h18M12 3c-3.500 3-3.500 15 0 18M12 3c3.500 3 3.500 15 0 18',
  link: 'M10 14a4 4 0 0 0 6 0l4-4a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-4 4a4 4 0 0 0 6 6l1-1',
  lock: 'M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3',
  message: 'M4 5h16v11H9l-5 4z',
  more: 'M5 12h.010M12 12h.010M19 12h.010',
  network: 'M12 4v5M12 15v5M4 12h5M15 12h5M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6',
  'pass-on': 'M15 7l5 5-5 5M20 12h-9a7 7 0 0 0-7 7',
  people:
    'M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7M2.500 20c0-4 3-6 6.500-6s6.500 2 6.500 6M16 4.500a3.500 3.500 0 0 1 0 6.500M18 14.500c2.300.700 3.500 2.600 3.500 5.500',
  pin: 'M9 4h6l-1 6 3 3H7l3-3zM12 13v7',
  reply: 'M9 7L4 12l5 5M4 12h9a7 7 0 0 1 7 7',
  search: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14M16 16l4.500 4.500',
  send: 'M4 12l16-8-6 17-3-7z',
  settings:
    'M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6M12 2.500v3M12 18.500v3M2.500 12h3M18.500 12h3M5.300 5.300l2.100 2.100M16.600 16.600l2.100 2.100M18.700 5.300l-2.100 2.100M7.400 16.600l-2.100 2.100',
  shield: 'M12 3l8 3v6c0 5-3.500 8-8 9-4.500-1-8-4-8-9V6zM8.500 12l2.500 2.500 4.500-5',
  star: 'M12 3.500l2.600 5.350 5.900.850-4.250 4.150 1 5.850L12 16.900l-5.250 2.800 1-5.850L3.500 9.700l5.900-.850z',
  storage: 'M4 6c0-4 16-4 16 0s-16 4-16 0M4 6v12c0 4 16 4 16 0V6M4 12c0 4 16 4 16 0',
  trash: 'M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13',
  undo: 'M9 14L4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3',
  warning: 'M12 4l9 16H3zM12 10v5M12 17.600v.2'
} as const

export type IconName = keyof typeof PATHS

export function Icon({ name }: { readonly name: IconName }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  )
}
