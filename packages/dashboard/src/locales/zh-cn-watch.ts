/** What the watch of a relay says, by the English sentence that the relay has. */
export const zhCnWatch: ReadonlyMap<string, string> = new Map([
  [
    'The disk fills; at this pace it is full within three days.',
    '磁盘正在变满；照此下去，三天之内会满。'
  ],
  ['Something else than the relay writes to the disk.', '有中继以外的程序在写磁盘。'],
  ['More is deposited than usual.', '投递比平时多。'],
  ['Less is fetched than usual, so that envelopes stay.', '取走的比平时少，信封因此留了下来。'],
  ['Takes half as many deposits from each connection.', '每个连接只收一半的投递。'],
  [
    'The memory of the process rises steadily, more than its connections explain.',
    '进程的内存持续上升，超出连接数所能解释的程度。'
  ],
  ['Mailbox summaries fill the cache.', '信箱摘要占满了缓存。'],
  ['Deliveries that nobody acknowledges are held.', '有未被确认的递送留在内存里。'],
  [
    'A leak in the relay: keep the history and tell the developers.',
    '中继有内存泄漏：请保留历史并告诉开发者。'
  ],
  ['Remembers half as many mailboxes.', '只记住一半的信箱。'],
  ['Writing to the disk takes far longer than usual.', '磁盘写入比平时慢得多。'],
  [
    'The disk is slow: another program uses it, or it fails.',
    '磁盘很慢：有其他程序在用，或者即将损坏。'
  ],
  [
    'Far more mailboxes are made than usual, and not because there is more traffic.',
    '新建的信箱远多于平时，而流量并没有增加。'
  ],
  ['Somebody makes mailboxes by a program.', '有人用程序新建信箱。'],
  ['Many people register again after a store was lost.', '存储丢失之后，很多人重新注册。'],
  ['Asks for four times the work for a new mailbox.', '新建信箱所需的工作量提高到四倍。'],
  ['Envelopes are delivered and not acknowledged.', '信封已递送，却没有被确认。'],
  ['Commits wait for the disk.', '写入在等磁盘。'],
  [
    'Clients of a version that does not acknowledge, or that cannot.',
    '客户端的版本不确认，或者无法确认。'
  ],
  ['The clock of the machine was set by more than two seconds.', '机器的时钟被调整了两秒以上。'],
  ['The machine was asleep, or moved to another host.', '机器曾经休眠，或被迁到另一台主机。'],
  ['NTP set a clock that was wrong, or does not run.', 'NTP 校正了错误的时钟，或者没有运行。'],
  [
    'Others do not reach the relay, or far fewer do than usual.',
    '别人连不上中继，或连上的远少于平时。'
  ],
  [
    'The address, the port, the firewall or the proxy changed.',
    '地址、端口、防火墙或代理有了变化。'
  ],
  ['The network of the machine is down.', '机器的网络断了。'],
  [
    'Far more is refused than usual, and not because there is more traffic.',
    '拒绝远多于平时，而流量并没有增加。'
  ],
  ['Somebody guesses at mailboxes, or floods request boxes.', '有人在猜信箱，或者大量投递请求。'],
  ['A limit is too low for the people who use the relay.', '某个限制对使用中继的人来说太低。'],
  [
    'Takes half as many deposits from strangers from each range of addresses.',
    '每个网段只收一半来自陌生人的投递。'
  ],
  [
    'Far more connections are opened than usual, and not because there is more traffic.',
    '新开的连接远多于平时，而流量并没有增加。'
  ],
  ['People come back after they were cut off.', '断线的人正在重新连接。'],
  ['Somebody opens connections to no end.', '有人不停地打开连接。'],
  ['Holds half as many connections from each range of addresses.', '每个网段只保留一半的连接。'],
  ['The process is kept from its work far longer than usual.', '进程滞后远多于平时。'],
  ['More is asked of it than one core does.', '要做的事超过了一个核心的能力。'],
  [
    'Another program uses the processor, or memory is swapped.',
    '有其他程序占用处理器，或内存在换页。'
  ],
  ['Lets half as many requests wait at once.', '只让一半的请求同时等待。'],
  [
    'Next to nothing is deposited, although people are connected.',
    '虽然有人连接，却几乎没有投递。'
  ],
  ['The relay takes nothing in: see its step in status.', '中继不接收投递：请看 status 中的级别。'],
  ['Clients turned to other relays.', '客户端转向了其他中继。'],
  ['The store fails again and again.', '存储一再出错。'],
  ['The disk is full.', '磁盘满了。'],
  ['The disk fails: see the log of the kernel.', '磁盘损坏：请看内核日志。']
])
