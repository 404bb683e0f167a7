import { checkSentence, checkWords, type SpokenCheck } from '@causeway/contract'

import { type Words } from '../language.tsx'

const t = (zh: string, en: string) => ({ zh, en })

export const VERIFICATION = {
  title: t('验签', 'Verification'), lead: t('核对证件芯片数据、签名对象、印章和签名文件的真伪；不保存所交内容。', 'Whether chip data, security objects, seals and signed papers are genuine; what is handed in is not kept.'),
  files: t('证件数据或文件', 'Chip data or files'), drop: t('把文件或文件夹拖到这里', 'Drop files or a folder here'), chooseFiles: t('选择文件', 'Choose files'), chooseFolder: t('选择文件夹', 'Choose a folder'), kinds: t('芯片文件、ZIP、EF.SOD、印章、PDF；按内容识别，不看文件名', 'Chip files, ZIP, EF.SOD, seals, PDF; told by content, never by name'),
  policy: t('规则', 'Policy'), strict: t('严格（吊销情况不明、任何偏离都不算真）', 'strict (unknown revocation and any deviation stand in the way)'), field: t('现场（列明，不妨碍）', 'field (named, not in the way)'),
  permit: t('通行证号', 'Permit number'), permitGo: t('查询状态', 'Look up'), permitHint: t('如 SP0000001，或扫描机读区第二行', 'such as SP0000001, or scan the second line of the zone'), permitState: t('证件状态', 'The permit'), issued: t('签发日期', 'Issued'), expiry: t('有效期至', 'Expires'), endorsements: t('签注', 'Endorsements'),
  endorsement: t('签注校验值', 'Endorsement check value'), endorsementPermit: t('所在通行证的号码', 'Number of its permit'), endorsementNumber: t('签注号', 'Endorsement number'), endorsementValue: t('校验值', 'Check value'), endorsementHint: t('扫描或输入：校验码 32 位，或签名 128 位（十六进制）', 'Scan or type: 32 digits of the MAC, or 128 of the signature (hexadecimal)'), endorsementGo: t('验签', 'Verify'),
  seal: t('摄像头验章', 'A seal by camera'), sealStart: t('打开摄像头', 'Open the camera'), sealStop: t('关闭摄像头', 'Close the camera'), sealLead: t('把印章条码对准画面，识别后自动验签', 'Hold the bar code before the camera; it is verified as soon as it is read'), sealWaiting: t('正在寻找条码…', 'Looking for a bar code…'), sealRead: t('已识别条码', 'Bar code read'), video: t('摄像头画面', 'Camera picture'), noCamera: t('打不开摄像头：{why}。请检查是否接好、浏览器是否允许。', 'The camera cannot be opened: {why}. Check that it is connected and that the browser allows it.'), printed: t('印刷的机读区（可选，每行一行）', 'The printed zone (optional, line by line)'),
  batch: t('批量验签', 'A batch'), batchLead: t('NDJSON（每行一份证件）或 ZIP（每个文件夹或内层 ZIP 一份证件），一次可交一万份以上；核对签名、杂凑、证书和吊销，不查数据组的内容', 'NDJSON (a document a line) or ZIP (a document a folder or inner zip); ten thousand and more at once. Signatures, hashes, certificates and revocation are judged, not what is inside the groups'), batchFile: t('批量文件', 'Batch file'), send: t('上传并验签', 'Upload and verify'), uploading: t('正在上传…', 'Uploading…'), batches: t('批量任务', 'Batches'), results: t('下载结果', 'Results'), cancel: t('取消', 'Cancel'), resumed: t('中断后续办 {n} 次', 'taken up again {n} times'), reasons: t('主要原因', 'Chief reasons'), name: t('名称', 'Name'), sent: t('提交时间', 'Sent'), progress: t('进度', 'Progress'), state: t('状态', 'State'), counts: t('结果', 'Results so far'), act: t('操作', 'Act'), doneOf: t('已验 {done} 份', '{done} verified'),
  trust: t('信任列表', 'Trust lists'), version: t('版本', 'Version'), asOf: t('最后核对', 'Last confirmed'), list: t('列表', 'List'), kind: t('种类', 'Kind'), says: t('内容', 'Content'), from: t('起', 'From'), until: t('止', 'Until'), standing: t('状态', 'Standing'), bundle: t('下载离线信任包（带签名）', 'Download the off-line bundle (signed)'), bundleHint: t('自最后核对起 {n} 天内可用；用 causeway inspect --trust 导入，导入时验签', 'May be used for {n} days from the last confirmation; import with causeway inspect --trust, which verifies it'),
  verdict: t('结论', 'Verdict'), checks: t('检查项', 'Checks'), check: t('检查', 'Check'), outcome: t('结果', 'Outcome'), detail: t('说明', 'Says'), evidence: t('证据', 'Evidence'), content: t('所载内容', 'What it says of itself'), defects: t('偏离', 'Deviations'), by: t('依据的信任列表', 'By the trust lists'), again: t('再验一份', 'Another one'), notDocument: t('仅验证签名对象本身，数据组未提交、未核对', 'The security object alone: no data group was handed in or compared'), working: t('验签中…', 'Verifying…'), excused: t('不妨碍结论', 'not in the way'),
} as const

/** Codes of verdicts, kinds and standings. */
export const VERIFICATION_TERMS: Words = {
  genuine: t('真', 'genuine'), faulty: t('有误', 'faulty'), undetermined: t('无法判定', 'undetermined'), unreadable: t('无法读取', 'unreadable'),
  passed: t('通过', 'passed'), failed: t('不通过', 'failed'), 'not-done': t('未查', 'not done'), 'not-applicable': t('不适用', 'n/a'),
  document: t('证件芯片数据', 'travel document'), 'security-object': t('签名对象（EF.SOD）', 'security object'), seal: t('可视数字印章', 'visible digital seal'), endorsement: t('签注校验值', 'endorsement check value'), paper: t('签名文件', 'signed paper'),
  valid: t('有效', 'valid'), expired: t('过期', 'expired'), collected: t('已收回', 'collected'), void: t('已注销', 'void'), 'not-issued': t('未签发', 'not issued'), unknown: t('查无此证', 'unknown'), used: t('已使用', 'used'), ordered: t('待制', 'ordered'),
  waiting: t('排队', 'waiting'), running: t('验签中', 'running'), done: t('完成', 'done'), cancelled: t('已取消', 'cancelled'),
  csca: t('国家签名根证书', 'CSCA'), link: t('链接证书', 'link certificate'), signer: t('签名证书', 'signer'), 'master-list': t('主列表', 'master list'), crl: t('吊销列表', 'revocation list'), 'deviation-list': t('偏差列表', 'deviation list'), 'endorsement-key': t('签注验签公钥', 'endorsement key'), unread: t('不能读取', 'unread'),
  good: t('有效', 'good'), 'ends-soon': t('将到期', 'ends soon'), over: t('已到期', 'over'), fresh: t('最新', 'fresh'), late: t('偏旧', 'late'), stale: t('过期', 'stale'), none: t('没有', 'none'),
  HKG: t('香港', 'Hong Kong'), MAC: t('澳门', 'Macao'),
}

/** Checks of the lists, of seals and of papers; those of a document's files are the contract's. */
const CHECKS: Words = {
  'trust-age': t('信任列表的新旧', 'age of the trust lists'), 'seal-format': t('印章的格式', 'form of the seal'), 'seal-signer': t('印章的签名者', 'signer of the seal'), 'seal-signature': t('印章的签名', 'signature of the seal'), 'signer-purpose': t('签名证书的用途', 'purpose of the signer'), 'signer-document-type': t('签名证书可签的证件类型', 'document types of the signer'), 'signer-validity': t('签名证书在有效期内', 'signer within its validity'), 'seal-profile': t('印章的内容', 'content of the seal'),
  'document-zone': t('印章与印刷的机读区一致', 'seal and printed zone agree'), 'passport-zone': t('印章与护照机读区一致', 'seal and passport zone agree'), 'seal-zone': t('印章中的机读区校验位', 'check digits of the zone in the seal'), 'seal-validity': t('印章的有效期', 'validity of the seal'),
  'endorsement-key': t('签注的签名密钥', 'key of the endorsement'), 'endorsement-signature': t('签注的签名', 'signature of the endorsement'), 'endorsement-mac': t('签注的校验码', 'MAC of the endorsement'),
  'pdf-form': t('PDF 文件的结构', 'form of the PDF'), 'pdf-sealed': t('文件上有签章', 'the paper is sealed'), 'pdf-covered': t('最后一枚签章之后没有内容', 'nothing after the last seal'), 'seal-form': t('签章的形式', 'form of the seal'), 'byte-range': t('签章所覆盖的范围', 'what the seal covers'), 'later-changes': t('签章后没有改动', 'no change after sealing'), 'seal-digest': t('文件与签章时一致', 'the paper as it was sealed'), 'time-stamp': t('时间戳', 'time stamp'), 'seal-algorithm': t('签章算法', 'algorithm of the seal'), 'signing-certificate': t('签章所指的证书', 'certificate that the seal names'),
}
/** What a document, a seal or a paper says of itself. */
const FIELDS: Words = {
  documentCode: t('证件代码', 'document code'), issuingState: t('签发国', 'issuing State'), primaryIdentifier: t('姓', 'surname'), secondaryIdentifier: t('名', 'given names'), documentNumber: t('证件号码', 'document number'),
  nationality: t('国籍', 'nationality'), birthDate: t('出生日期（年月日）', 'birth date (YYMMDD)'), sex: t('性别', 'sex'), expiryDate: t('有效期至（年月日）', 'expiry (YYMMDD)'), optionalData: t('可选数据', 'optional data'),
  messages: t('条码内容', 'messages'), dataGroups: t('数据组', 'data groups'), signer: t('签名者', 'signer'), signerSerial: t('签名证书序列号', 'serial of the signer'), issued: t('签发日期', 'issued'), signed: t('签名日期', 'signed'), features: t('特征项数', 'features'),
}
const SENTENCES: Readonly<Record<string, string>> = {
  'trust-fresh': '信任列表为最新', 'trust-late': '信任列表偏旧，仍可使用', 'trust-stale': '信任列表已过期，不得据此判定为真', 'trust-none': '尚未收到信任列表', 'sod-alone': '只提交了 EF.SOD，未核对数据组',
}

/** A field by its word in the language; as it is written where there is none. */
export const fieldName = (name: string, language: 'zh' | 'en'): string => FIELDS[name]?.[language] ?? name

export function checkName(name: string, language: 'zh' | 'en'): string {
  return (CHECKS[name] ?? checkWords(name))[language]
}

/** What a check says; where there is no Chinese for it, the English stands. */
export function checkSays(c: SpokenCheck, language: 'zh' | 'en'): string {
  const own = c.reason === undefined || language === 'en' ? undefined : SENTENCES[c.reason.code]
  return own ?? checkSentence(c)[language]
}
