/** What a refusal of the national side says to the person who asked: what is wrong, what to do. `{x}` is a figure of the refusal. */
interface Sentence { readonly zh: string; readonly en: string }

const s = (zh: string, en: string): Sentence => ({ zh, en })

/** Every refusal of the hub. docs/errors.md is made from this list too, and a test holds the hub's code against it. */
export const HUB_REFUSALS: Readonly<Record<string, Sentence>> = {
  'anchor-key-malformed': s('{at} 不是一个 P-256 公钥（PEM）；请从安全服务器的状态页重新取得。', '{at} is not one P-256 public key in PEM; take it from the signer’s health again.'),
  'anchor-unfit': s('锚点与国家端已有的不衔接（{why}）；请核对机构日志后重新报送。', 'The anchor does not continue those that are here ({why}); check the office’s journal and send it again.'),
  'authority-in-use': s('第{generation}代根证书正在使用，不能吊销；请先换代。', 'Generation {generation} of the CSCA is in use and cannot be revoked: roll over first.'),
  'authority-use-over': s('第{generation}代根证书密钥的使用期已于 {until} 结束（{rule}），不能再签；须另设根证书，并以线下方式分发。', 'The usage period of generation {generation} ended at {until} ({rule}); nothing more is signed with it: found another CSCA and hand its certificate out by hand.'),
  'bar-code-keys-used-up': s('{year} 年的条码签名密钥已满五个（{rule}）；请用已有的密钥。', 'The year {year} has had its five keys of bar code signers ({rule}); use one that is there.'),
  'body-malformed': s('提交的内容格式不对（{at}）。', 'The request is not of the right form ({at}).'),
  'certificate-request-refused': s('证书申请不予受理（{rule}：{why}）；请由持有私钥的一方重新生成。', 'The certificate request is refused ({rule}: {why}); make it again where the key is.'),
  'certificate-revoked': s('该密钥的证书 {serial} 已吊销，不再签发；请换新密钥。', 'The certificate {serial} of this key is revoked and the key gets no other: make a new key.'),
  'deviation-malformed': s('偏差说明格式不对（{at}，{rule}）。', 'The deviation is not of its form ({at}, {rule}).'),
  'key-of-another-use': s('该密钥已用于其他用途（{use}），一个密钥只有一种用途；请换新密钥。', 'This key has a certificate for another use ({use}); a key has one use: make a new key.'),
  'message-differs': s('编号 {number} 的报文已有另一内容，请核对发件箱。', 'Message {number} is here with another content; check the outbox.'),
  'message-gap': s('报文编号不连续，应为 {expected}。', 'The message does not follow: number {expected} is expected.'),
  'message-malformed': s('报文格式不对（{at}）。', 'The message is not of its form ({at}).'),
  'message-signature': s('报文签名与该机构的密钥不符。', 'The signature is not of the office’s key.'),
  'not-found': s('没有这张证书，或已吊销（{at}）；数据库恢复之后，可提交证书本身。', 'There is no such certificate, or it is revoked already ({at}); after a restore, hand in the certificate itself.'),
  'office-code-missing': s('机构 {office} 尚未登记，须有国家端操作员给的一次性登记码。', 'Office {office} is not registered: a one-time code of the operator is needed.'),
  'office-code-wrong': s('登记码不对、已用过、已过期，或不是机构 {office} 的；请向操作员另要一个。', 'The code is wrong, used, too old, or not for office {office}; ask the operator for another.'),
  'office-has-another-key': s('机构 {office} 已登记另一密钥；更换须由原密钥签名的报文，或新的登记码。', 'Office {office} has another key; it changes by a message that the key before signed, or by a new code.'),
  'office-key-former': s('机构 {office} 已换密钥，原密钥不再有效。', 'Office {office} has changed its key; the former one opens nothing.'),
  'office-unknown': s('机构 {office} 未登记，或密钥不是它的。', 'Office {office} is not registered, or the key is not its own.'),
  'request-signature': s('证书申请没有机构 {office} 密钥的签名；经网络的申请须由安全服务器签名，随身带来的由操作员受理。', 'The request is not signed by the key of office {office}; over the line the signer signs it, by hand the operator takes it in.'),
  'revocation-ahead': s('吊销时间 {at} 晚于现在（{now}）。', 'The revocation is dated {at}, which is after now ({now}).'),
  'revocation-before-issue': s('吊销时间早于签发时间（{issued}）。', 'The revocation is dated before the certificate was issued ({issued}).'),
  'roll-over-pending': s('第{generation}代根证书尚未启用（{usableFrom} 起），不能再换代（{rule}）。', 'Generation {generation} rests until {usableFrom}; no other is made before ({rule}).'),
  'setting-exists': s('该项当日已有设定，已定的不改；请另定生效日（{rule}）。', 'There is a figure of that day already, and none is changed; choose another day ({rule}).'),
  'setting-in-the-past': s('生效日 {from} 早于今天（{today}）（{rule}）。', 'The day {from} is before today ({today}) ({rule}).'),
  'setting-out-of-bounds': s('数值应在 {least} 与 {most} 之间（{rule}：{basis}）。', 'The figure lies between {least} and {most} ({rule}: {basis}).'),
}

/** The sentence of a refusal with its figures; the code itself where it has none. */
export function hubSentence(r: { readonly code: string; readonly at?: string; readonly rule?: string; readonly details?: Readonly<Record<string, unknown>> }, language: 'zh' | 'en'): string {
  const figures: Readonly<Record<string, unknown>> = { at: r.at ?? '', rule: r.rule ?? '', ...r.details }
  return (HUB_REFUSALS[r.code]?.[language] ?? r.code).replace(/\{(\w+)\}/g, (_, name: string) => String(figures[name] ?? ''))
}
