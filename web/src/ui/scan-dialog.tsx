/** Looks through the camera for a QR code. */
import type { JSX } from 'preact'
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { t } from '../locales/locale.ts'
import { type CameraProblem, cameraProblem } from '../state/camera-problem.ts'
import { Button } from './button.tsx'

/** Between two looks: a picture takes about 60 ms to search. */
const PAUSE_MS = 120
/** Larger pictures find no more, and take longer. */
const WIDTH_MAX = 800

interface ScanDialogProps {
  readonly title: string
  readonly lead: string
  /** Gets each text that is seen; @returns whether it is what is looked for, which ends the search. */
  readonly onSeen: (text: string) => boolean
  readonly onClose: () => void
}

export function ScanDialog({ title, lead, onSeen, onClose }: ScanDialogProps): JSX.Element {
  const id = useId()
  const dialog = useRef<HTMLDialogElement | undefined>(undefined)
  const video = useRef<HTMLVideoElement | undefined>(undefined)
  const [state, setState] = useState<CameraProblem | 'starting' | 'looking' | 'other'>('starting')
  const latest = useRef(onSeen)
  latest.current = onSeen
  useEffect(() => {
    dialog.current?.showModal()
    const ending = new AbortController()
    const { signal } = ending
    if (video.current !== undefined) {
      const look = (text: string): boolean => {
        const isIt = latest.current(text)
        setState(isIt ? 'looking' : 'other')
        return isIt
      }
      scan(video.current, { signal, onSeen: look, onStart: () => setState('looking') }).catch(
        (error: unknown) => {
          setState(cameraProblem(error))
        }
      )
    }
    return () => {
      ending.abort()
    }
  }, [])
  const hasFailed = state === 'denied' || state === 'absent' || state === 'failed'
  return (
    <dialog
      ref={(element) => {
        dialog.current = element ?? undefined
      }}
      class="dialog scan"
      aria-labelledby={`${id}-title`}
      onClose={onClose}
    >
      <h2 id={`${id}-title`}>{title}</h2>
      <p class="quiet">{lead}</p>
      <video
        ref={(element) => {
          video.current = element ?? undefined
        }}
        class={hasFailed ? 'unseen' : ''}
        muted
        playsInline
        aria-hidden="true"
      />
      <p class={hasFailed ? 'error' : 'hint'} role="status">
        {t(`scan.${state}`)}
      </p>
      <Button onClick={onClose}>{t('action.cancel')}</Button>
    </dialog>
  )
}

interface ScanOptions {
  readonly signal: AbortSignal
  readonly onSeen: (text: string) => boolean
  readonly onStart: () => void
}

/** @throws DOMException of `getUserMedia`, and TypeError where there is none: in a page that is not secure. */
async function scan(
  video: HTMLVideoElement,
  { signal, onSeen, onStart }: ScanOptions
): Promise<void> {
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { facingMode: 'environment', width: { ideal: 1_280 } }
  })
  const stop = (): void => {
    for (const track of stream.getTracks()) {
      track.stop()
    }
  }
  signal.addEventListener('abort', stop)
  if (signal.aborted) {
    stop()
    return
  }
  const { decodeQR } = await import('qr/decode.js')
  video.srcObject = stream
  await video.play()
  onStart()
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d', { willReadFrequently: true })
  const look = (): void => {
    if (signal.aborted || !context) {
      return
    }
    const scale = Math.min(1, WIDTH_MAX / Math.max(1, video.videoWidth))
    canvas.width = Math.max(1, Math.round(video.videoWidth * scale))
    canvas.height = Math.max(1, Math.round(video.videoHeight * scale))
    context.drawImage(video, 0, 0, canvas.width, canvas.height)
    const text = textIn(context.getImageData(0, 0, canvas.width, canvas.height), decodeQR)
    if (text === undefined || !onSeen(text)) {
      setTimeout(look, PAUSE_MS)
    }
  }
  look()
}

function textIn(picture: ImageData, decode: (picture: ImageData) => string): string | undefined {
  try {
    return decode(picture)
  } catch {
    // There is none in this picture.
    return undefined
  }
}
