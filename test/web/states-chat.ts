/** The states of a conversation, and of what is known of who it is with. */
import assert from 'node:assert/strict'
import type { ChatSummary } from '../../web/src/wire/peer-api.ts'
import type { State } from './states-first.ts'
import type { Stage } from './stage.ts'

type Changes = Partial<ChatSummary['contact']>

/** The one chat that there is, as the peer tells of it. */
async function chatOf(stage: Stage): Promise<ChatSummary> {
  const [chat] = await stage.ask<readonly ChatSummary[]>('chats')
  if (chat === undefined) {
    throw new Error('there is no chat')
  }
  return chat
}

/** Goes to a place about the contact, who is otherwise than the peer knows them. */
async function goWith(stage: Stage, changes: Changes, end = ''): Promise<void> {
  await stage.go('#/')
  const chat = await chatOf(stage)
  const contact = { ...chat.contact, ...changes }
  await stage.fault('chats', { type: 'answer', value: [{ ...chat, contact }] })
  await stage.fault('chat', { type: 'answer', value: { ...chat, contact } })
  await stage.fault('keep', { type: 'answer', value: contact })
  await openAnew(stage)
  await stage.place(end === '#/' ? end : `#/chat/${contact.contactId}${end}`)
}

function contactState(name: string, changes: Changes, end = ''): State {
  return { name, reach: (stage) => goWith(stage, changes, end) }
}

/** Opens the menu of the newest message, and chooses there. */
async function fromMenu(stage: Stage, item?: string): Promise<void> {
  const { page } = stage
  await goWith(stage, {})
  const message = page.locator('.message.own').last()
  await message.hover()
  await message.getByRole('button', { name: 'What to do with this message' }).click()
  if (item !== undefined) {
    await page.getByRole('menuitem', { name: item, exact: true }).click()
  }
}

/** Every kind of entry that a timeline can hold, made of one that is there. */
async function timelineOf(stage: Stage): Promise<readonly object[]> {
  const { contact, last } = await chatOf(stage)
  const base = { ...last, contactId: contact.contactId, reply: undefined, reactions: [] }
  const word = 'https://example.org/a/very/long/address/that/nobody/could/break/anywhere'
  const kinds: readonly object[] = [
    { kind: 'received', text: 'Hello! 你好，周五见！', state: undefined },
    { kind: 'received', text: `*Bold*, _slanted_, \`code\` ${word}`, state: undefined },
    { kind: 'sent', text: 'queued', state: 'queued' },
    { kind: 'sent', text: 'stored', state: 'on-relay' },
    { kind: 'sent', text: 'delivered', state: 'delivered', editedAtMs: last?.sentAtMs },
    {
      kind: 'sent',
      text: 'read, an answer, passed on',
      state: 'read',
      isForwarded: true,
      fadesAtMs: Date.now() + 3_600_000,
      reply: { messageId: last?.messageId, isOwn: false, excerpt: 'Hello! 你好，周五见！' },
      reactions: [
        { isOwn: true, emoji: '👍' },
        { isOwn: false, emoji: '❤️' }
      ]
    },
    { kind: 'sent', text: '', state: 'read', withdrawnAtMs: last?.sentAtMs },
    { kind: 'received', text: '', state: undefined, withdrawnAtMs: last?.sentAtMs },
    { kind: 'missing', text: '', messageId: undefined, missingCount: 3 },
    { kind: 'unreadable', text: '', messageId: undefined },
    { kind: 'unreadable', text: '', messageId: undefined, isLost: true },
    { kind: 'notice', text: '', messageId: undefined, notice: 'device-added' },
    { kind: 'notice', text: '', messageId: undefined, notice: 'identity-changed' }
  ]
  const day = 86_400_000
  return kinds.map((kind, at) => ({
    ...base,
    ...kind,
    key: `${base.key ?? ''}${String(at)}`,
    messageId: 'messageId' in kind ? undefined : at.toString(16).padStart(32, '0'),
    sentAtMs: Date.now() - (at < 2 ? 3 * day : at < 4 ? day : 0),
    storedAtMs: Date.now() - (at < 2 ? 3 * day : at < 4 ? day : 0)
  }))
}

/** Of somebody who has talked with one other person. */
export const CHAT_STATES: readonly State[] = [
  contactState('home-chats', { unreadCount: 120, pinnedAtMs: 1, mutedUntilMs: 9e15 }, '#/'),
  contactState('home-marked', { isMarkedUnread: true, isOnline: true, isVerified: true }, '#/'),
  contactState('home-asked', { standing: 'requested' }, '#/'),
  contactState('home-archived', { archivedAtMs: 1 }, '#/'),
  {
    name: 'home-unprotected',
    reach: async (stage) => {
      await stage.go('#/')
      await stage.page.locator('.reminder').waitFor()
    }
  },
  { name: 'security-unprotected', reach: (stage) => stage.go('#/settings/security') },
  contactState('chat-asked', { standing: 'requested' }),
  contactState('chat-link-failed', { standing: 'failed' }),
  contactState('chat-blocked', { standing: 'blocked' }),
  contactState('chat-changed', { isIdentityChanged: true }),
  contactState('chat-held', { isIdentityChanged: true, isHeld: true }),
  contactState('chat-verified', {
    isVerified: true,
    isOnline: true,
    hasPath: true,
    timerSeconds: 3_600
  }),
  contactState('contact-blocked', { standing: 'blocked' }, '/info'),
  contactState('contact-link-failed', { standing: 'failed', identityKey: undefined }, '/info'),
  contactState('contact-asked', { standing: 'requested', identityKey: undefined }, '/info'),
  contactState('contact-verified', { isVerified: true, timerSeconds: 604_800 }, '/info'),
  contactState('contact-changed', { isIdentityChanged: true }, '/info'),
  contactState('verify-is', { isVerified: true }, '/verify'),
  contactState('verify-changed', { isIdentityChanged: true, isHeld: true }, '/verify'),
  {
    name: 'contact-block',
    reach: async (stage) => {
      await goWith(stage, {}, '/info')
      await stage.page.getByRole('button', { name: /^Block/ }).click()
      await stage.page.getByRole('group', { name: /./ }).last().waitFor()
    }
  },
  {
    name: 'contact-unknown',
    reach: (stage) => stage.go(`#/chat/${'0'.repeat(32)}/info`)
  },
  {
    name: 'verify-camera',
    reach: async (stage) => {
      await goWith(stage, {}, '/verify')
      await stage.page.getByRole('button', { name: 'Scan theirs' }).click()
      await stage.page.locator('dialog .error').waitFor()
    }
  },
  {
    name: 'verify-failed',
    reach: async (stage) => {
      await stage.go('#/')
      const { contact } = await chatOf(stage)
      await stage.fault('safetyNumber', { type: 'refuse', code: 'SEALPOST_STORE_FAILED' })
      await stage.place(`#/chat/${contact.contactId}/verify`)
    }
  },
  {
    name: 'chat-typing',
    reach: async (stage) => {
      await goWith(stage, {})
      const { contact } = await chatOf(stage)
      await stage.tell({ type: 'typing', contactId: contact.contactId, isTyping: true })
    }
  },
  {
    name: 'chat-long',
    reach: async (stage) => {
      await stage.go('#/')
      const messages = await timelineOf(stage)
      const many = Array.from({ length: 3 }, (_, round) =>
        messages.map((message) => {
          const { key } = message as { readonly key: string }
          return { ...message, key: `${key}.${String(round)}` }
        })
      )
      await stage.fault('messages', { type: 'answer', value: many.flat() })
      await openAnew(stage)
      await stage.place(await placeOfChat(stage))
      await stage.page.locator('.message').nth(20).waitFor()
    }
  },
  {
    name: 'chat-kinds',
    reach: async (stage) => {
      await stage.go('#/')
      await stage.fault('messages', { type: 'answer', value: await timelineOf(stage) })
      await openAnew(stage)
      await stage.place(await placeOfChat(stage))
      await stage.page.locator('.notice-line').last().waitFor()
    }
  },
  { name: 'chat-menu', reach: (stage) => fromMenu(stage) },
  {
    name: 'chat-list-menu',
    reach: async (stage) => {
      await goWith(stage, {}, '#/')
      await stage.page.locator('.chat-row').click({ button: 'right' })
      await stage.page.getByRole('menuitem').first().waitFor()
    }
  },
  {
    name: 'chat-list-clear',
    reach: async (stage) => {
      await goWith(stage, {}, '#/')
      await stage.page.locator('.chat-row').click({ button: 'right' })
      await stage.page.getByRole('menuitem', { name: 'Clear chat' }).click()
      await stage.page.getByRole('dialog').waitFor()
    }
  },
  { name: 'chat-reply', reach: (stage) => fromMenu(stage, 'Reply') },
  { name: 'chat-edit', reach: (stage) => fromMenu(stage, 'Edit') },
  { name: 'chat-forward', reach: (stage) => fromMenu(stage, 'Forward') },
  { name: 'chat-delete', reach: (stage) => fromMenu(stage, 'Delete for me') },
  {
    name: 'chat-unsent',
    reach: async (stage) => {
      await goWith(stage, {})
      // What was begun before may be a change of another message.
      for (const call of ['sendText', 'edit']) {
        await stage.fault(call, { type: 'refuse', code: 'SEALPOST_STORE_FULL' })
      }
      await stage.page.getByRole('textbox', { name: 'Write a message' }).fill('too much')
      await stage.page.keyboard.press('Enter')
      await stage.page.locator('.composer .error').waitFor()
    }
  },
  {
    name: 'message-recall',
    reach: async (stage) => {
      await goWith(stage, {})
      await stage.page.locator('.meta-link').last().click()
      await stage.page.getByRole('button', { name: 'Take back' }).click()
    }
  },
  {
    name: 'contact-muting',
    reach: async (stage) => {
      await goWith(stage, {}, '/info')
      await stage.page.getByRole('button', { name: 'Mute…' }).click()
      await stage.page.getByRole('menuitem', { name: 'Mute for 1 hour' }).waitFor()
    }
  },
  {
    name: 'message-unknown',
    reach: async (stage) => {
      await stage.go('#/')
      const { contact } = await chatOf(stage)
      await stage.go(`#/chat/${contact.contactId}/message/${'0'.repeat(32)}`)
      await stage.page.getByText('not here any more').waitFor()
      const again = stage.page.getByRole('button', { name: 'Try again' })
      assert.equal(await again.count(), 0)
    }
  },
  {
    name: 'search-found',
    reach: async (stage) => {
      await goWith(stage, {}, '#/')
      await stage.page.getByRole('searchbox').fill('hello')
      await stage.page.getByText('1 message').first().waitFor()
    }
  },
  {
    name: 'search-none',
    reach: async (stage) => {
      await goWith(stage, {}, '#/')
      await stage.page.getByRole('searchbox').fill('nothing like it')
      await stage.page.getByText('No message has that in it').waitFor()
    }
  },
  {
    name: 'search-failed',
    reach: async (stage) => {
      await goWith(stage, {}, '#/')
      await stage.fault('search', { type: 'refuse', code: 'SEALPOST_STORE_FAILED' })
      await stage.page.getByRole('searchbox').fill('hell')
    }
  }
]

/** Opens the home as if it had not been open before: the page keeps what it has read of a conversation. */
async function openAnew(stage: Stage): Promise<void> {
  const state = await stage.ask<object>('state')
  await stage.tell({ type: 'home', state: { type: 'starting' } })
  await stage.tell({ type: 'home', state })
}

async function placeOfChat(stage: Stage): Promise<string> {
  return `#/chat/${(await chatOf(stage)).contact.contactId}`
}
