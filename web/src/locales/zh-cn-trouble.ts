import type { enTrouble } from './en-trouble.ts'

/** Simplified Chinese, of what is wrong around the app. */
export const zhCnTrouble: Readonly<Record<keyof typeof enTrouble, string>> = {
  'clock.ahead':
    '这台设备的时钟比你的中继快 {time}。消息照常收发，但这里显示的日期和时间不准。请校准时钟。',
  'clock.behind':
    '这台设备的时钟比你的中继慢 {time}。消息照常收发，但这里显示的日期和时间不准。请校准时钟。',
  'network.now': '立即重试',
  'network.gone':
    '如果一直如此，请询问中继的运营者，或在下面添加另一个中继。如果某个中继永久消失，而联系人只能通过它找到你，请给对方一个新链接。'
}
