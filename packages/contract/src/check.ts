/** A text in both languages of the house. */
interface Bilingual { readonly zh: string; readonly en: string }

/** A check of an inspection, as far as it is said in words. `reason` is missing in records that are older than it. */
export interface SpokenCheck {
  readonly name: string
  readonly says: string
  readonly reason?: { readonly code: string; readonly values?: Readonly<Record<string, string>> }
  readonly published?: readonly string[]
}

const t = (zh: string, en: string): Bilingual => ({ zh, en })

/** What each check is about, in the words of an examiner: those of the chip's files first, then those of the permit. */
export const CHECK_WORDS: Readonly<Record<string, Bilingual>> = {
  'com-sod-agree': t('EF.COM 与 EF.SOD 所列数据组一致', 'EF.COM and EF.SOD list the same data groups'), 'sod-profile': t('EF.SOD 的编码与结构', 'coding and structure of EF.SOD'),
  'group-content': t('DG2 至 DG16 的内容', 'content of DG2 to DG16'), 'sod-signature': t('EF.SOD 的签名', 'signature of EF.SOD'),
  'ds-validity': t('签名证书在签署时有效', 'the signer was valid when it signed'), 'ds-profile': t('签名证书的内容', 'content of the signer’s certificate'),
  'ds-document-type': t('签名证书可签的证件类型', 'document types that the signer may sign'), 'issuing-state': t('签名证书可签的签发国', 'State that the signer signs for'),
  'trust-path': t('通向可信根证书的路径', 'way to a trust anchor'), revocation: t('签名证书未被吊销', 'the signer is not revoked'), 'mrz-check-digits': t('机读区校验位', 'check digits of the machine-readable zone'),
  'card-access': t('EF.CardAccess 与已签名的内容一致', 'EF.CardAccess agrees with what is signed'), 'card-security': t('EF.CardSecurity 的签名', 'signature of EF.CardSecurity'),
  'pace-used': t('芯片提供 PACE 即用 PACE', 'PACE is used where it is offered'), access: t('读取芯片的访问控制', 'access control of the chip'),
  'active-authentication': t('主动认证', 'Active Authentication'), 'chip-authentication': t('芯片认证', 'Chip Authentication'), 'terminal-authentication': t('终端认证', 'Terminal Authentication'),
  read: t('读取芯片', 'reading the chip'), number: t('芯片中的证件号码', 'document number in the chip'), zone: t('芯片中的机读区', 'machine-readable zone in the chip'), 'full-name': t('芯片中的中文姓名', 'name in its own script in the chip'),
  finger1: t('第一枚指纹', 'first fingerprint'), finger2: t('第二枚指纹', 'second fingerprint'),
}

/** What a check is about. A name that is not known stands for itself. */
export function checkWords(name: string): Bilingual {
  const group = /^hash-dg(\d+)$/.exec(name)?.[1]
  return group === undefined ? (CHECK_WORDS[name] ?? t(name, name)) : t(`DG${group} 的杂凑值`, `hash of DG${group}`)
}

/** The sentences of checks in Chinese, by their codes; values stand in braces. What is English in a value stays so. */
export const CHECK_SENTENCES: Readonly<Record<string, string>> = {
  'no-sod': '没有 EF.SOD', 'sod-unreadable': 'EF.SOD 无法读取：第 {offset} 字节处应为 {expected}', 'sod-good': 'EF.SOD 符合标准', 'sod-odd': 'EF.SOD 不符合标准：{codes}', 'sod-read': 'EF.SOD 可读，但有不符之处：{codes}',
  'com-absent': '没有 EF.COM', 'com-unreadable': 'EF.COM 无法读取：{details}', 'com-form': 'EF.COM 的格式不合规定：{codes}', 'com-version': 'EF.COM 所写版本为 LDS {lds}、Unicode {unicode}', 'com-unsigned': 'EF.COM 列有 {groups}，但 EF.SOD 中没有其杂凑值',
  'com-incomplete': 'EF.COM 未列出 {groups}', 'com-part': '所列数据组均已签名', 'com-same': 'EF.COM 与 EF.SOD 所列数据组相同',
  'group-absent': '所给数据中没有 {group}', 'group-same': '{group} 与签名时一致', 'group-differs': '{group} 与签名时不一致', 'group-unsigned': '有 {group}，但未经签名', 'group-unreadable': '{group} 无法读取',
  'content-none': '所给数据中没有 DG2 至 DG16', 'content-unread': '未要求检查数据组的内容', 'content-good': '数据组符合标准', 'content-odd': '数据组不符合标准：{codes}', 'content-read': '可读，但有不符之处：{codes}',
  'signer-unknown': 'EF.SOD 和信任材料中都没有签名者的证书', 'signer-absent': '没有签名者的证书', 'signature-good': '签名正确', 'signature-plain': '签名正确，但不是 DER 形式', 'signature-not-der': 'ECDSA 签名不是 DER 形式', 'signature-bad': '签名不正确',
  'signature-kind': '签名标为 {kind}，签名者的密钥不能做出这种签名', 'content-type-differs': '签名属性中的内容类型与内容不符', 'digest-differs': '签名属性中的摘要与内容不符',
  'signer-valid': '{day} 在有效期内', 'signer-not-valid': '签名证书在 {day} 不在有效期内（{from} 至 {to}）', 'signer-ended': '签名证书已于 {day} 到期，EF.SOD 又未写明签署时间', 'signing-time-odd': '签署时间有疑：{codes}',
  'ds-good': '签名证书符合规范', 'ds-usable': '签名证书可用，但不合规范：{codes}', 'ds-bad': '签名证书不可用：{codes}',
  'types-absent': '签名证书未列证件类型', 'type-unreadable': '证件类型代码无法读取', 'type-allowed': '签名者可以签 {type} 类证件', 'type-forbidden': '签名者只可签 {types}，不可签 {type}',
  'states-absent': '签名证书未写明为哪个签发国签名', 'state-unreadable': '签发国无法读取', 'state-same': '签名者为 {state} 签名', 'state-differs': '签名者为 {states} 签名，证件却属于 {state}',
  'path-found': '通向 {anchor}', 'path-over-link': '经 {links} 份链接证书通向 {anchor}', 'path-over-links': '经 {links} 份链接证书通向 {anchor}', 'path-no-anchor': '手头没有所需的可信根证书：{details}', 'path-signature': '签发者并未签署该证书：{details}',
  'path-not-authority': '签发者不具备签发资格：{details}', 'path-not-valid': '签发者当时不在有效期内：{details}',
  'authority-revoked': '签发机关的证书已被吊销：{details}', 'signer-revoked': '签名证书已于 {day} 被吊销', 'crl-clear': '不在 {day} 的吊销列表中', 'crl-absent': '手头没有该签发者的、由可信密钥签署的吊销列表', 'crl-later': '吊销列表的日期 {time} 晚于检查时间', 'crl-stale': '吊销列表已过期：应于 {day} 更新',
  'zone-absent': '所给数据中没有 DG1', 'zone-unreadable': 'DG1 无法读取', 'zone-format': '机读区不是已知的格式', 'zone-form': 'DG1 的格式不合规定：{codes}', 'digits-wrong': '校验位有误：{fields}', 'digits-right': '校验位全部正确',
  'card-access-absent': '所给数据中没有 EF.CardAccess', 'card-access-unreadable': 'EF.CardAccess 无法读取', 'card-access-form': 'EF.CardAccess 的格式不合规定：{codes}', 'card-access-unread': '为 EF.CardAccess 作证的 DG14 不在所给数据中',
  'card-access-unvouched': 'DG14 和 EF.CardSecurity 都不能为 EF.CardAccess 作证', 'card-access-voucher': '为 EF.CardAccess 作证的 {file} 无法读取', 'card-access-strange': 'EF.CardAccess 中有 {file} 所没有的内容，可能在途中被改动',
  'card-access-struck': '{file} 提供 PACE，EF.CardAccess 却没有，可能在途中被删去', 'card-access-same': '{file} 与 EF.CardAccess 一致',
  'card-security-absent': '所给数据中没有 EF.CardSecurity', 'card-security-unreadable': 'EF.CardSecurity 无法读取', 'card-security-form': 'EF.CardSecurity 不合规定：{codes}', 'card-security-unsigned': 'EF.CardSecurity 带有未经签名的证书',
  'card-security-signer': 'EF.CardSecurity 中没有签名者的证书', 'card-security-time': '其签名证书在 {day} 不在有效期内', 'card-security-state': '其签名者为 {states} 签名，证件却属于 {state}', 'card-security-good': '签名正确；其签名者通向 {anchor}',
  'no-chip': '手头没有芯片', 'chip-told': '{details}', 'chip-hides': 'EF.SOD 中有 {group} 的杂凑值，芯片却不给出该文件：复制品可能如此隐瞒',
  'pace-used': '用 PACE 取得访问权', 'pace-not-offered': '芯片的文件均未提供 PACE', 'pace-unused': '{file} 提供 PACE，但访问权不是用它取得的',
  'access-open': '芯片不设访问控制', 'access-pace': 'PACE：{mapping}，{group}，{cipher}', 'access-bac': 'BAC；芯片不提供 PACE', 'access-downgraded': 'PACE 未成功，改用 BAC',
  'protocol-absent': '芯片不具备此项', 'protocol-failed': '协议未能完成：{details}', 'session-over': '会话已结束',
  'chip-key-shown': '芯片持有 DG14 的私钥：{group}，{cipher}', 'chip-key-missing': '芯片并不持有其出示的密钥：{details}', 'mapping-shown': '芯片以 EF.CardSecurity 中的密钥完成 PACE 映射：{group}', 'mapping-unreadable': 'PACE 映射无法核对：EF.CardSecurity 无法读取', 'chip-shown-twice': '芯片以 PACE 映射和芯片认证两次证明持有私钥',
  'challenge-signed': '芯片以 DG15 的密钥签名：{scheme}，{hash}', 'challenge-signed-oddly': '芯片以 DG15 的密钥签名：{scheme}，{hash}；有不符之处：{codes}', 'challenge-unanswered': '芯片没有给出有效的应答', 'challenge-too-long': '读卡器送不出足够长的命令来取得签名',
  'terminal-taken': '芯片在 {authority} 之下接受了 {holder}', 'terminal-none': '终端没有可出示的证书', 'terminal-session': '终端认证须在芯片认证建立的会话中进行', 'terminal-chain': '没有从 {authorities} 到 {holder} 的证书', 'terminal-nameless': '芯片在此会话中没有名称',
  'chip-unread': '芯片无法读取：{details}', 'number-same': '芯片中的号码与通行证一致', 'number-differs': '芯片中的号码与通行证不一致', 'zone-unknown': '不知道该通行证应有的机读区', 'zone-missing': '芯片中没有可供核对的机读区', 'zone-same': '芯片中的机读区与通行证一致', 'zone-differs': '芯片中的机读区有不同：{fields}',
  'name-same': '芯片中的姓名与持证人一致', 'name-differs': '芯片中的姓名与持证人不一致', 'no-fingerprint': '未采集指纹',
}

/** What a check says. Without a code that is known the Chinese is the English sentence. */
export function checkSentence(c: SpokenCheck): Bilingual {
  const own = c.reason === undefined ? undefined : CHECK_SENTENCES[c.reason.code]
  if (own === undefined) return t(c.says, c.says)
  const zh = own.replaceAll(/\{(\w+)\}/g, (_, name: string) => c.reason?.values?.[name] ?? '')
  return t(c.published === undefined ? zh : `${zh}；签发国已公布：${c.published.join('；')}`, c.says)
}
