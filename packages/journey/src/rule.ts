import { type Day, day } from '@causeway/kernel'

/** A limit or deadline as an office sets it: dated, with the text that it rests on. */
export interface RuleVersion {
  readonly key: RuleKey
  readonly value: number
  readonly unit: 'days' | 'workdays' | 'persons' | 'months' | 'years' | 'share' | 'pixels' | 'bytes' | 'levels' | 'megapixels' | 'minutes'
  readonly severity: 'block' | 'warn'
  /** The number of the rule, as a user can look it up. */
  readonly number: string
  readonly basis: string
  readonly from: Day
  readonly to?: Day
}

export type RuleKey =
  | 'apply.leadDays' | 'apply.leadDays.advised' | 'publicity.minWorkdays' | 'stay.HKG.max' | 'stay.MAC.max' | 'stay.both.max' | 'group.maxPersons.admin'
  | 'officialShare.min' | 'permit.validYears' | 'permit.minValidityMonths' | 'permit.return.days' | 'permit.return.remindEvery' | 'permit.return.lockAfter'
  | 'endorsement.validDays' | 'endorsement.stayDays' | 'report.days' | 'biometric.validYears' | 'retention.biometric.days' | 'photo.maxMegapixels' | 'photo.minWidth' | 'photo.maxBytes' | 'photo.minLight' | 'photo.minSharpness'
  | 'trust.fresh.days' | 'trust.late.days' | 'trust.offline.days' | 'signer.due.days' | 'signer.urgent.days' | 'signer.quota.share' | 'signer.anchor.minutes'

const since = day('2014-01-01')
const rule = (key: RuleKey, value: number, rest: Omit<RuleVersion, 'key' | 'value' | 'from'>): RuleVersion => ({ key, value, from: since, ...rest })

/** The settings that an office begins with. Changing one adds a version; none is ever edited. @source permits.md 6.6 */
export const RULES: readonly RuleVersion[] = [
  rule('apply.leadDays', 15, { unit: 'days', severity: 'block', number: 'R-01', basis: '出访前至少15天送达任务申请' }),
  rule('apply.leadDays.advised', 60, { unit: 'days', severity: 'warn', number: 'R-02', basis: '因公赴港澳应提前60天申报' }),
  rule('publicity.minWorkdays', 5, { unit: 'workdays', severity: 'block', number: 'R-03', basis: '因公临时出国（境）信息公示不少于5个工作日' }),
  rule('stay.HKG.max', 5, { unit: 'days', severity: 'block', number: 'R-04', basis: '赴香港停留不超过5天，离境和入境当日计算在内' }),
  rule('stay.MAC.max', 4, { unit: 'days', severity: 'block', number: 'R-05', basis: '赴澳门停留不超过4天，离境和入境当日计算在内' }),
  rule('stay.both.max', 8, { unit: 'days', severity: 'block', number: 'R-06', basis: '同时赴香港、澳门停留不超过8天，离境和入境当日计算在内' }),
  rule('group.maxPersons.admin', 6, { unit: 'persons', severity: 'block', number: 'R-07', basis: '行政类团组总人数不超过6人' }),
  rule('officialShare.min', 0.67, { unit: 'share', severity: 'warn', number: 'R-08', basis: '公务活动时间不少于在外日程的三分之二' }),
  rule('permit.validYears', 5, { unit: 'years', severity: 'block', number: 'R-09', basis: '电子通行证有效期5年' }),
  rule('permit.minValidityMonths', 6, { unit: 'months', severity: 'block', number: 'R-10', basis: '证件剩余有效期不少于6个月' }),
  rule('permit.return.days', 7, { unit: 'days', severity: 'block', number: 'R-11', basis: '返回后7日内交回通行证；应交日期＝出访日期＋批准天数＋7天' }),
  rule('permit.return.remindEvery', 3, { unit: 'days', severity: 'warn', number: 'R-12', basis: '到期前1天、逾期次日催交，此后每3天催交一次' }),
  rule('permit.return.lockAfter', 30, { unit: 'days', severity: 'block', number: 'R-13', basis: '逾期超过30天，暂停该单位申报' }),
  rule('report.days', 15, { unit: 'days', severity: 'block', number: 'R-14', basis: '返回后15日内报送出访报告' }),
  rule('biometric.validYears', 5, { unit: 'years', severity: 'block', number: 'R-15', basis: '已采集的生物特征信息5年内有效' }),
  rule('retention.biometric.days', 90, { unit: 'days', severity: 'block', number: 'R-16', basis: '证件签发后90天销毁本地生物特征信息' }),
  rule('photo.maxMegapixels', 16, { unit: 'megapixels', severity: 'block', number: 'R-17', basis: '照片不超过1600万像素' }),
  rule('photo.minWidth', 354, { unit: 'pixels', severity: 'block', number: 'R-18', basis: '照片宽不小于354像素、高不小于472像素，宽高比3:4' }),
  rule('photo.maxBytes', 81_920, { unit: 'bytes', severity: 'block', number: 'R-19', basis: '照片文件20至80 KB' }),
  rule('endorsement.validDays', 90, { unit: 'days', severity: 'block', number: 'R-20', basis: '访问签注三个月内一次有效' }),
  rule('endorsement.stayDays', 7, { unit: 'days', severity: 'block', number: 'R-21', basis: '访问签注每次停留一般不超过7天' }),
  rule('photo.minLight', 205, { unit: 'levels', severity: 'block', number: 'R-22', basis: '照片背景为白色或近白色（两上角平均亮度）' }),
  rule('photo.minSharpness', 3, { unit: 'levels', severity: 'block', number: 'R-23', basis: '照片清晰（细节的离散度）' }),
  rule('trust.fresh.days', 1, { unit: 'days', severity: 'warn', number: 'R-24', basis: '信任列表一天内与国家端核对过的为最新' }),
  rule('trust.late.days', 7, { unit: 'days', severity: 'block', number: 'R-25', basis: '信任列表超过7天未与国家端核对的为过期，不得据此判定为真' }),
  rule('trust.offline.days', 7, { unit: 'days', severity: 'block', number: 'R-26', basis: '离线信任包自最后一次核对起7天内可用' }),
  rule('signer.due.days', 30, { unit: 'days', severity: 'warn', number: 'R-27', basis: '签发、印章、条码证书使用期满前30天提示换证' }),
  rule('signer.urgent.days', 7, { unit: 'days', severity: 'warn', number: 'R-28', basis: '签发、印章、条码证书使用期满前7天列为急办' }),
  rule('signer.quota.share', 0.8, { unit: 'share', severity: 'warn', number: 'R-29', basis: '密钥签发数达限额八成时提示制作新密钥' }),
  rule('signer.anchor.minutes', 120, { unit: 'minutes', severity: 'warn', number: 'R-30', basis: '日志锚点超过两小时未更新时提示检查' }),
]

/** The version of a rule that is in force on a day. @throws RangeError when none is: a setting must not vanish */
export function ruleAt(rules: readonly RuleVersion[], key: RuleKey, on: Day): RuleVersion {
  const found = rules.filter((r) => r.key === key && r.from <= on && (r.to === undefined || on <= r.to)).at(-1)
  if (found === undefined) throw new RangeError(`no rule ${key} is in force on ${on}`)
  return found
}
