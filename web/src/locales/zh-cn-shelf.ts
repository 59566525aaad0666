import type { enShelf } from './en-shelf.ts'

/** Simplified Chinese, of where a person keeps a conversation. */
export const zhCnShelf: Readonly<Record<keyof typeof enShelf, string>> = {
  'shelf.menu': '与 {name} 的会话的操作',
  'shelf.pin': '置顶',
  'shelf.unpin': '取消置顶',
  'shelf.mute.hour': '静音 1 小时',
  'shelf.mute.8h': '静音 8 小时',
  'shelf.mute.week': '静音 1 周',
  'shelf.mute.always': '始终静音',
  'shelf.unmute': '取消静音',
  'shelf.archive': '归档',
  'shelf.unarchive': '取消归档',
  'shelf.unread': '标为未读',
  'shelf.read': '取消未读标记',
  'shelf.pinned': '已置顶',
  'shelf.muted': '已静音',
  'shelf.marked': '已标为未读',
  'shelf.title': '此会话',
  'shelf.hint':
    '在你的所有设备上都是如此，其他人不会知道。有新消息时，已归档的会话会重新出现，除非它已静音。',
  'shelf.view': '显示哪些会话',
  'shelf.view.all': '全部',
  'shelf.view.unread': '未读',
  'shelf.view.archived': '已归档',
  'shelf.none.unread': '你已读完所有消息。',
  'shelf.none.all': '所有会话都已归档。',
  'shelf.none.archived': '没有已归档的会话。'
}
