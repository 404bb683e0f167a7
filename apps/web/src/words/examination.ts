const t = (zh: string, en: string) => ({ zh, en })

export const EXAMINATION = {
  title: t('决算公开文本核对', 'Examination of final accounts'), alone: t('只在本机运行，文件不离开这台电脑', 'On this machine only; no file leaves it'),
  lead: t('找出决算公开文本中的问题，说明依据和改法；尾数差异不算问题。所交文件不保存。', 'Finds what is wrong in a published document, with the rule and the remedy; rounding is no fault. Files are not kept.'),
  drop: t('把文件拖到这里（可以多个）', 'Drop files here, one or several'), choose: t('选择文件', 'Choose files'), kinds: t('txt、docx、带文字层的 PDF、网页、xlsx，或装有这些文件的 zip；每个不超过 64 MB', 'txt, docx, PDF with a text layer, html, xlsx, or a zip of these; at most 64 MB each'),
  working: t('核对中…', 'Examining…'), documents: t('已核对的文件', 'Documents'), document: t('文件', 'Document'), unit: t('单位', 'Unit'), open: t('查看', 'Open'), remove: t('移除', 'Remove'), state: t('结果', 'Result'),
  errors: t('错误', 'Errors'), warnings: t('提醒', 'Warnings'), infos: t('提示', 'Remarks'), run: t('执行关系', 'Relations run'), tables: t('读到的表', 'Tables read'), year: t('年度', 'Year'), layout: t('版式', 'Layout'),
  findings: t('问题', 'Findings'), rounding: t('尾数差异', 'Rounding'), notRun: t('未执行', 'Not run'), relations: t('全部关系', 'All relations'), views: t('查看内容', 'What to show'),
  severity: t('性质', 'Severity'), kind: t('类别', 'Class'), relation: t('关系', 'Relation'), section: t('章节', 'Section'), mending: t('修改前后', 'After mending'), all: t('全部', 'all'), shown: t('显示 {n} / {of} 个', '{n} of {of} shown'), noSection: t('（无标题）', '(no heading)'),
  published: t('公布', 'Published'), expected: t('应为', 'Expected'), cause: t('原因', 'Cause'), proof: t('证据', 'Proof'), rule: t('依据', 'Rule'), quote: t('原文', 'Quote'), place: t('位置', 'Place'), computed: t('计算', 'Computed'), envelope: t('允许范围', 'Envelope'), why: t('原因', 'Why'), outcome: t('结果', 'Outcome'), tried: t('次数', 'Tried'), formula: t('内容', 'Formula'),
  text: t('文件内容', 'The document'), nothing: t('没有发现问题。', 'No fault was found.'), unread: t('文件中未能读取的部分', 'Parts of the file that were not read'), roundingLead: t('这些差异由四舍五入造成，不是问题，不需要修改。', 'These differences come from rounding; nothing needs mending.'), notRunLead: t('以下核对没有做，或没有全部做，原因如下。没有做的不等于没有问题。', 'These were not done, or not everywhere, for the reason given. What was not done is not right for that.'),
  report: t('下载报告', 'Download the report'), recheck: t('修改后重新核对', 'Check again after mending'), gone: t('已改正', 'gone'), same: t('仍存在', 'still there'), come: t('新出现', 'new'), compared: t('与上次相比：已改正 {gone}，仍存在 {same}，新出现 {come}', 'Since the last time: {gone} gone, {same} still there, {come} new'), goneTitle: t('已改正的问题', 'Findings that are gone'),
  tooLarge: t('{name} 超过 64 MB，未打开；请拆分后再试。', '{name} has more than 64 MB and was not opened; split it.'), where: t('在文件中查看', 'Show in the document'),
} as const
