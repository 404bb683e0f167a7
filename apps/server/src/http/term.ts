import { type Sentence } from './sentence.ts'

const t = (zh: string, en: string): Sentence => ({ zh, en })

/** The codes that stand in refusals as figures, in words: states, steps, duties, roles, places. */
export const TERMS: Readonly<Record<string, Sentence>> = {
  filed: t('待签批', 'to be signed'), submitted: t('待受理', 'submitted'), accepted: t('待审核', 'accepted'), checked: t('待审批', 'checked'), approved: t('已批准', 'approved'), returned: t('已退回', 'returned'), refused: t('不予批准', 'refused'), withdrawn: t('已撤回', 'withdrawn'), cancelled: t('已取消', 'cancelled'), closed: t('已办结', 'closed'),
  queued: t('排队', 'queued'), allocated: t('已领空白', 'blank issued'), requested: t('待签名', 'signing'), signed: t('已签名', 'signed'), written: t('待质检', 'to be inspected'), failed: t('不合格', 'failed'), done: t('完成', 'done'), passed: t('质检合格', 'inspection passed'),
  ordered: t('待制', 'ordered'), 'in-stock': t('在库', 'in stock'), 'handed-out': t('已领出', 'handed out'), 'in-custody': t('已收存', 'in custody'), 'in-vault': t('在库', 'in vault'), issued: t('已发', 'issued'), used: t('已用', 'used'), 'spoil-proposed': t('待见证', 'to be witnessed'), spoiled: t('废证', 'spoiled'), awaited: t('待归还', 'awaited'), locked: t('已锁定', 'locked'), released: t('已解除', 'released'), none: t('无', 'none'),
  file: t('填报', 'file'), sign: t('签批', 'sign'), withdraw: t('撤回', 'withdraw'), accept: t('受理', 'accept'), return: t('退回', 'return'), check: t('审核', 'check'), review: t('审核', 'review'), approve: t('审批', 'approve'), refuse: t('不予批准', 'refuse'), cancel: t('取消', 'cancel'), close: t('办结', 'close'), report: t('报送报告', 'report'),
  enrol: t('采集', 'enrol'), order: t('下达制证', 'order'), keep: t('空白保管', 'keep'), produce: t('制证', 'produce'), inspect: t('质检', 'inspect'), witness: t('见证', 'witness'), 'hand-out': t('发证', 'hand out'), 'take-back': t('收证', 'take back'), 'confirm-return': t('核对归还', 'confirm return'), issue: t('发空白', 'issue'), use: t('使用', 'use'), 'propose-spoil': t('提请报废', 'propose spoil'), spoil: t('报废', 'spoil'), allocate: t('发空白', 'allocate'), request: t('开始制证', 'produce'), write: t('写芯', 'write'), fail: t('判不合格', 'fail'), pass: t('质检', 'inspect'), requeue: t('重制', 'make again'), release: t('解除', 'release'), remind: t('催交', 'remind'), lock: t('锁定', 'lock'),
  clerk: t('专办员', 'clerk'), signatory: t('签批人', 'signatory'), traveller: t('出访人', 'traveller'), receiver: t('受理岗', 'receiver'), reviewer: t('审核岗', 'reviewer'), approver: t('审批人', 'approver'), documents: t('公文岗', 'documents'), enroller: t('采集岗', 'enroller'), counter: t('发证收证岗', 'counter'), statistician: t('统计岗', 'statistician'), accountant: t('财务岗', 'accountant'), keeper: t('空白保管', 'keeper'), producer: t('制证岗', 'producer'), inspector: t('质检岗', 'inspector'), keykeeper: t('密钥管理员', 'key keeper'), sysadmin: t('系统管理员', 'system administrator'), secadmin: t('安全管理员', 'security administrator'), auditor: t('审计员', 'auditor'), verifier: t('验签员', 'verifier'),
  HKG: t('香港', 'Hong Kong'), MAC: t('澳门', 'Macao'), 'HKG+MAC': t('香港和澳门', 'Hong Kong and Macao'), 'MAC+HKG': t('香港和澳门', 'Hong Kong and Macao'), invitation: t('邀请函', 'invitation'), schedule: t('日程安排', 'schedule'), publicity: t('公示情况', 'publicity proof'),
}

/** Which figures of a refusal are codes. */
const CODED = new Set(['stage', 'step', 'did', 'done', 'wanted', 'roles', 'kind', 'place', 'a', 'b'])

export function inWords(name: string, value: string, language: 'zh' | 'en'): string {
  return CODED.has(name) ? (TERMS[value]?.[language] ?? value) : value
}
