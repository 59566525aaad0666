import type { enRoom } from './en-room.ts'

/** Simplified Chinese, of the room that a browser gives. */
export const zhCnRoom: Readonly<Record<keyof typeof enRoom, string>> = {
  'room.full':
    '此浏览器已没有存储空间。现在写的内容不会保存，也不会发送；新消息会在你的中继上等候。没有丢失任何内容。请删除这台设备上的文件、其他网站的数据，或这里的消息。',
  'room.failing': '此浏览器现在无法写入。现在写的内容不会保存，也不会发送；会自动重试。',
  'room.look': '查看空间占用',
  'room.network': '等待存储空间',
  'room.network.lead': '此浏览器已没有存储空间，因此不收也不发。新消息会在你的中继上等候。',
  'room.network.failing': '可以连上中继，但此浏览器现在无法写入，因此消息无法收发。',

  'settings.storage': '存储与流量',
  'settings.storage.lead': '空间占用与网络流量',

  'storage.low.lead': '此浏览器的存储空间所剩不多。用完之后，新内容将无法保存、发送或接收。',
  'storage.room': '在此浏览器中',
  'storage.room.used': '已用 {used}，共 {quota}。',
  'storage.room.parts': '你的消息和密钥：{data}。应用本身：{program}。',
  'storage.room.estimate':
    '这些是浏览器自己的估计，会有取整；有些浏览器不论磁盘还剩多少，都允许固定的大小。',
  'storage.room.unknown': '此浏览器不说明允许多少，也不说明已用多少。',

  'storage.kept': '会一直保留吗？',
  'storage.kept.kept': '此浏览器会一直保留，直到你自己清除。',
  'storage.kept.may-go': '磁盘不足时，此浏览器可能自行清除；有些浏览器在数周未访问后也会清除。',
  'storage.kept.unknown': '此浏览器不说明是否会保留。',
  'storage.kept.refused':
    '此浏览器拒绝了，且不说明原因：多数浏览器根据你的访问频率决定，安装应用后通常会同意。在此之前，它可能清除这里保存的内容。',
  'storage.kept.ask': '请浏览器保留',
  'storage.clearing': '在浏览器中清除此网站的数据，会删除这里的账户和所有聊天。',
  'storage.backup.none': '还没有备份。',
  'storage.backup.last': '最近一次备份于{when}通过验证。',

  'storage.chats': '聊天占用的空间',
  'storage.chats.none': '还没有消息。',
  'storage.chats.size_one': '{count} 条消息，{size}',
  'storage.chats.size_other': '{count} 条消息，{size}',
  'storage.chats.other': '不在联系人中的人',
  'storage.chats.exact': '按已加密保存的内容逐条统计。浏览器为了管理还需要一些额外空间。',

  'storage.data': '收发的数据',
  'storage.data.now': '自打开 Sealpost 以来',
  'storage.data.all': '总计，自 {day} 起',
  'storage.data.figure': '发送 {sent}，接收 {received}',
  'storage.data.hint':
    '此浏览器与你的中继及直连之间传输的内容。连接加密和网络本身另外增加百分之几，这里看不到。只在此设备上统计，不告诉任何人。'
}
