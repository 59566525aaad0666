import { useEffect, useMemo, useState } from 'preact/hooks'
import { inBackground } from '../state/background.ts'
import { LateSave } from '../state/late-save.ts'
import { type FeedbackDraft, NO_FEEDBACK } from '../wire/feedback.ts'
import { useApp } from '../ui/app-context.ts'

export interface ReportDraft {
  readonly draft: FeedbackDraft
  readonly change: (some: Partial<FeedbackDraft>) => void
  /** It went as a whole: nothing of it is a draft any more. */
  readonly forget: () => void
}

/** What is being written, sealed in the home meanwhile. */
export function useReportDraft(begun: FeedbackDraft): ReportDraft {
  const { drafts, peer } = useApp()
  const [draft, setDraft] = useState(begun)
  const late = useMemo(
    () =>
      new LateSave<FeedbackDraft>(
        (kept) => peer.keepFeedbackDraft(kept),
        (error) => {
          inBackground(Promise.reject(error))
        }
      ),
    [peer]
  )
  useEffect(() => {
    const stop = drafts.withOther(() => late.flush())
    return () => {
      stop()
      inBackground(late.flush())
    }
  }, [drafts, late])
  return {
    draft,
    change: (some) => {
      const next = { ...draft, ...some }
      setDraft(next)
      late.change(next)
    },
    forget: () => {
      late.forget()
      setDraft(NO_FEEDBACK)
    }
  }
}
