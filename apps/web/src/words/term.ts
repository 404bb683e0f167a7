import { type Words } from '../language.tsx'

const t = (zh: string, en: string) => ({ zh, en })

/** The field's words: states, steps, roles, places. One word an idea, as docs/glossary.md has them. */
export const TERMS: Words = {
  HKG: t('香港', 'Hong Kong'), MAC: t('澳门', 'Macao'), M: t('男', 'male'), F: t('女', 'female'),
  filed: t('待签批', 'to be signed'), submitted: t('待受理', 'submitted'), accepted: t('待审核', 'accepted'), checked: t('待审批', 'checked'), approved: t('已批准', 'approved'), returned: t('退回补正', 'returned'),
  refused: t('不予批准', 'refused'), withdrawn: t('已撤回', 'withdrawn'), cancelled: t('已取消', 'cancelled'), closed: t('已办结', 'closed'),
  producing: t('制证中', 'in production'), ready: t('待出访', 'ready'), travelling: t('在境外', 'travelling'), homecoming: t('归境中', 'coming home'), reporting: t('待报告', 'report due'), 'to-close': t('待办结', 'to close'),
  leader: t('团长', 'leader'), member: t('团员', 'member'), new: t('新办', 'new'), 'in-hand': t('已有', 'in hand'),
  queued: t('排队', 'queued'), allocated: t('已领空白', 'blank issued'), requested: t('待签名', 'signing'), fixed: t('待签名', 'signing'), signed: t('写芯中', 'writing'), written: t('待质检', 'to inspect'), failed: t('不合格', 'failed'), done: t('完成', 'done'), requeued: t('重制', 'made again'), passed: t('合格', 'passed'),
  ordered: t('待制', 'ordered'), 'in-stock': t('在库', 'in stock'), 'handed-out': t('已领出', 'handed out'), 'in-custody': t('已收存', 'in custody'),
  'in-vault': t('在库', 'in vault'), issued: t('已发', 'issued'), used: t('已用', 'used'), 'spoil-proposed': t('待见证', 'to witness'), spoiled: t('废证', 'spoiled'),
  awaited: t('待归还', 'awaited'), locked: t('已锁定', 'locked'), active: t('正常', 'active'), 'in-force': t('生效', 'in force'), released: t('已解除', 'released'), valid: t('有效', 'valid'), expired: t('过期', 'expired'), void: t('废止', 'void'),
  none: t('未交', 'none'), am: t('上午', 'morning'), pm: t('下午', 'afternoon'), waiting: t('待采集', 'waiting'),
  clerk: t('填报员/专办员', 'clerk'), signatory: t('签批人', 'signatory'), traveller: t('出访人', 'traveller'), receiver: t('受理岗', 'receiver'), reviewer: t('审核岗', 'reviewer'), approver: t('审批人', 'approver'), documents: t('公文岗', 'documents'),
  enroller: t('采集岗', 'enroller'), counter: t('发证收证岗', 'counter'), statistician: t('统计岗', 'statistician'), accountant: t('财务岗', 'accountant'), keeper: t('空白保管', 'keeper'), producer: t('制证岗', 'producer'), inspector: t('质检岗', 'inspector'), keykeeper: t('密钥管理员', 'key keeper'),
  sysadmin: t('系统管理员', 'system administrator'), secadmin: t('安全管理员', 'security administrator'), auditor: t('审计员', 'auditor'), system: t('系统', 'system'), verifier: t('验签员', 'verifier'),
  file: t('填报', 'filed'), sign: t('签批', 'signed off'), withdraw: t('撤回', 'withdrew'), accept: t('受理', 'accepted'), return: t('退回', 'returned'), check: t('审核', 'checked'), approve: t('审批', 'approved'), refuse: t('不予批准', 'refused'), cancel: t('取消', 'cancelled'), close: t('办结', 'closed'),
  'report-accepted': t('报告通过', 'report accepted'), 'report-returned': t('报告退改', 'report returned'),
  'mission-filed': t('团组已填报', 'mission filed'), 'mission-refiled': t('补正后重报', 'filed again'), 'mission-decided': t('办理', 'decided'), 'mission-seal-asked': t('请求数字印封', 'digital seal asked for'), 'mission-paper-fixed': t('批件已成文', 'paper drawn'), 'mission-paper-sealed': t('批件已盖章', 'paper sealed'), 'permit-endorsements-fixed': t('请求签注校验值', 'check values asked for'), 'permit-endorsements-kept': t('签注校验值已存', 'check values kept'), 'mission-document-kept': t('文件归档', 'document kept'), 'report-submitted': t('报告已报送', 'report submitted'), 'report-decided': t('报告已审', 'report decided'),
  'unit-registered': t('单位登记', 'unit registered'), 'unit-locked': t('单位暂停申报', 'unit locked'), 'unit-unlocked': t('单位恢复申报', 'unit unlocked'),
  'account-created': t('建立账号', 'account created'), 'account-granted': t('调整岗位', 'roles changed'), 'account-closed': t('停用账号', 'account closed'),
  'person-registered': t('人员登记', 'person registered'), 'person-name-confirmed': t('拼音确认', 'name confirmed'), 'person-erased': t('个人信息删除', 'person erased'),
  'enrolment-taken': t('采集照片', 'photo taken'), 'enrolment-destroyed': t('销毁生物特征信息', 'biometrics destroyed'),
  'blank-received': t('空白入库', 'blank received'), 'blank-issued': t('空白领用', 'blank issued'), 'blank-used': t('空白已用', 'blank used'), 'blank-spoil-proposed': t('提出报废', 'spoiling proposed'), 'blank-spoil-witnessed': t('报废见证', 'spoiling witnessed'), 'blank-spoiled': t('空白报废', 'blank spoiled'), destroyed: t('已销毁', 'destroyed'), 'blank-destroyed': t('废证销毁', 'blank destroyed'),
  'permit-cancelled': t('通行证注销', 'permit cancelled'), 'permit-ordered': t('下达制证', 'permit ordered'), 'permit-produced': t('制证完成', 'permit produced'), 'permit-handed-out': t('领证', 'handed out'), 'permit-taken-back': t('收证', 'taken back'), 'permit-return-confirmed': t('收证核对', 'return confirmed'),
  'job-queued': t('制证排队', 'job queued'), 'job-allocated': t('领用空白', 'blank issued'), 'job-requested': t('请求签名', 'signature requested'), 'job-content-fixed': t('内容已定', 'content fixed'), 'job-signed': t('已签名', 'signed'), 'job-written': t('已写芯', 'chip written'), 'job-failed': t('制证不合格', 'job failed'), 'job-passed': t('质检合格', 'inspection passed'), 'job-requeued': t('换空白重制', 'made again'),
  'homecoming-opened': t('归境跟踪开始', 'homecoming opened'), 'homecoming-reminded': t('催交', 'reminded'), 'homecoming-locked': t('逾期锁定', 'locked'), 'homecoming-returned': t('证件归还', 'permit back'), 'homecoming-checked': t('归境核对', 'homecoming checked'), 'control-imposed': t('列入内控', 'control imposed'), 'control-released': t('解除内控', 'control released'),
  produce: t('制证', 'produced'), 'hand-out': t('领出', 'handed out'), 'take-back': t('收回', 'taken back'), 'confirm-return': t('核对', 'confirmed'),
  'permit-overdue': t('通行证逾期未交', 'permit overdue'), 'permit-not-returned': t('通行证逾期未交', 'permit not returned'), 'report-missing': t('报告逾期未交', 'report missing'),
  invitation: t('邀请函', 'invitation'), schedule: t('日程安排', 'schedule'), publicity: t('公示情况', 'publicity proof'), budget: t('经费预算', 'budget'), roster: t('人员名单', 'roster'), other: t('其他', 'other'), approval: t('任务批件', 'approval'), report: t('出访报告', 'report'),
  print: t('打印错误', 'print'), laminate: t('覆膜损坏', 'lamination'), 'chip-write': t('芯片写入失败', 'chip write'), readback: t('读回不符', 'read-back'), photo: t('照片问题', 'photo'), 'blank-flaw': t('空白瑕疵', 'blank flaw'),
  missing: t('手指残缺', 'missing'), injured: t('受伤', 'injured'), worn: t('指纹磨损', 'worn'), 'no-device': t('无采集设备', 'no device'), 'valid-capture': t('已有有效采集', 'valid capture'),
  usual: t('通常读音', 'usual reading'), 'surname-reading': t('姓氏读音', 'surname reading'), 'compound-surname': t('复姓', 'compound surname'), 'minority-name': t('少数民族姓名', 'minority name'), 'other-reading': t('其他读音', 'other reading'),
}

/** The verdict list's words. */
export const VERDICTS: Words = { passed: t('通过', 'passed'), failed: t('不通过', 'failed'), 'not-done': t('未查', 'not done'), 'not-applicable': t('不适用', 'not applicable') }

/** Acts as buttons. */
export const ACT_WORDS: Words = {
  'mission.sign': t('签批报送', 'Sign and submit'), 'mission.withdraw': t('撤回', 'Withdraw'), 'mission.accept': t('受理', 'Accept'), 'mission.check': t('审核通过', 'Checked, propose'), 'mission.approve': t('批准', 'Approve'), 'mission.return': t('退回补正', 'Return'), 'mission.refuse': t('不予批准', 'Refuse'), 'mission.cancel': t('取消任务', 'Cancel'), 'mission.close': t('办结', 'Close'), 'mission.resubmit': t('改正后重报', 'Correct and file again'),
  'permit.order': t('下达制证任务', 'Order permits'), 'report.submit': t('报送出访报告', 'Deliver report'), 'report.accept': t('报告通过', 'Accept report'), 'report.return': t('报告退改', 'Return report'),
  'blank.allocate': t('发空白证件', 'Issue a blank'), 'job.produce': t('开始制证', 'Produce'), 'job.inspect': t('读回质检', 'Read back and inspect'), 'blank.spoil': t('提请报废', 'Propose as spoiled'), 'blank.witness': t('见证报废', 'Witness'),
  'permit.hand-out': t('发证', 'Hand out'), 'permit.take-back': t('收证', 'Take back'), 'permit.confirm-return': t('核对归还', 'Confirm return'), 'control.release': t('解除', 'Release'), 'person.confirm-name': t('确认姓名', 'Confirm name'), 'person.erase': t('删除个人信息', 'Erase data'),
}
