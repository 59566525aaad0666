/** What is said of what a relay holds. */
export const heldSentences = {
  holds: (
    mailboxId: string,
    kind: string,
    { live, bytes, gone }: { readonly live: number; readonly bytes: number; readonly gone: number }
  ): string =>
    `${mailboxId}  ${kind}: envelopes: ${String(live)} (${String(Math.ceil(bytes / 1_024))} KiB); ids of what was fetched or taken back: ${String(gone)}`,
  holdsNothing: 'The relay holds nothing for you.',
  erased: (address: string, count: number): string =>
    `${address} is left. Mailboxes that it erased, with all that was in them: ${String(count)}. Your contacts are told by themselves where you are now.`
} as const
