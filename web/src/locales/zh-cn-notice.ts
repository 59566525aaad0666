import type { enNotice } from './en-notice.ts'

/** Simplified Chinese, of the privacy notice. */
export const zhCnNotice: Readonly<Record<keyof typeof enNotice, string>> = {
  'settings.notice': '隐私说明',
  'settings.notice.lead': '中继、联系人和此设备各自掌握你的哪些信息',

  'notice.short':
    'Sealpost 本身不收集你的任何信息：没有画像，没有统计，没有上报。中继只转交加封的信封；运营中继的人能看到你的网络地址。',
  'notice.all': '完整说明',
  'notice.relays': '中继能看到什么',
  'notice.relays.address': '你的网络地址，以及你何时在线连接。',
  'notice.relays.envelopes':
    '加封的信封：数量、时间，以及属于少数几种大小中的哪一种。看不到内容，也看不到是谁写的。',
  'notice.relays.mailboxes': '名称随机的信箱。长期观察地址和时间的人，可能猜出谁在和谁交谈。',
  'notice.relays.page': '提供此页面的主机能看到你的网络地址加载过它。',
  'notice.contacts': '你的联系人能看到什么',
  'notice.contacts.words': '你的名字、你写给他们的内容，以及消息已送达。',
  'notice.contacts.chosen': '你是否已读、正在输入或在线：仅限于你在设置中允许的范围。',
  'notice.contacts.devices': '你使用几台设备，以及何时添加或移除设备。',
  'notice.contacts.direct': '双方之间直接传送消息时，对方能看到你的网络地址：须双方都允许。',
  'notice.device': '什么留在此设备上',
  'notice.device.all':
    '你的密钥、联系人、消息和草稿。它们由你的口令加封；没有设置口令时，使用此浏览器的人都能读到。',
  'notice.device.report':
    'Sealpost 不会自行上报任何内容，因此这里没有可开关的选项。你向中继运营者提交的报告只包含你发送前看到的内容，并且来自专为此建立的账户。',
  'notice.device.erase': '移除此处的全部内容后，此浏览器中不再保留任何数据。',
  'notice.limits': 'Sealpost 无法防范什么',
  'notice.version': '本说明的版本：{version}。',
  'notice.read': '你已于 {day} 看过版本 {version}。',
  'notice.unread': '还没有确认看过。',
  'notice.fresh': '有一份你还没有看过的隐私说明。',
  'notice.open': '查看',
  'notice.done': '我已看过',
  'notice.create': '继续即表示你已看过以上说明。'
}
