/** How somebody is told of the messages of one conversation, where that is other than for all. */

export interface ChatNotices {
  readonly told: 'default' | 'all' | 'none'
  /** Whether what is told says who wrote, and what. */
  readonly preview: 'default' | 'shown' | 'hidden'
}

export const DEFAULT_NOTICES: ChatNotices = { told: 'default', preview: 'default' }

const TOLD = ['default', 'all', 'none'] as const
const PREVIEW = ['default', 'shown', 'hidden'] as const

/** What is one of the possible values is taken; the default for all else. */
export function parseChatNotices(value: unknown): ChatNotices {
  const given: Readonly<Record<string, unknown>> =
    typeof value === 'object' && value ? { ...value } : {}
  return {
    told: TOLD.find((one) => one === given['told']) ?? 'default',
    preview: PREVIEW.find((one) => one === given['preview']) ?? 'default'
  }
}

/** What holds for a conversation, given what holds for all. */
export function noticesFor(
  all: { readonly isNotified: boolean; readonly isPreviewShown: boolean },
  { told, preview }: ChatNotices
): { readonly isNotified: boolean; readonly isPreviewShown: boolean } {
  return {
    isNotified: told === 'default' ? all.isNotified : told === 'all',
    isPreviewShown: preview === 'default' ? all.isPreviewShown : preview === 'shown'
  }
}
