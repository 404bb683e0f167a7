/** What a refusal says to people: what is wrong, by which rule, what to do. `{x}` is a figure of the refusal. */
export interface Sentence { readonly zh: string; readonly en: string }

const s = (zh: string, en: string): Sentence => ({ zh, en })

/** Every code that can reach a user. docs/errors.md is made from this list, and a test holds the code against it. */
export const SENTENCES: Readonly<Record<string, Sentence>> = {
  // at the door
  'not-signed-in': s('请先登录。', 'Please sign in first.'),
  'sign-in-refused': s('用户名或密码不正确。', 'User name or password is wrong.'),
  'account-locked': s('连续输错密码，账号已锁定；请在{minutes}分钟后再试，或请系统管理员处理。', 'Too many wrong passwords: the account is locked. Try again in {minutes} minutes, or ask the system administrator.'),
  'password-wrong': s('当前密码不正确。', 'The current password is wrong.'),
  'too-many-requests': s('请求过于频繁，请稍候再试。', 'Too many requests; please wait a moment.'),
  'not-allowed': s('您的岗位无权办理此事；由以下岗位办理：{roles}。', 'Your role may not do this; it is done by: {roles}.'),
  'other-unit': s('这不是您单位的事项，不能查看或办理。', 'This belongs to another unit; you cannot see or do it.'),
  'duty-conflict': s('您在本事项中已办过“{done}”，按“{rule}”不相容规定不能再办“{wanted}”；请由另一人办理。', 'You already did “{done}” on this case; by the rule {rule} one person may not also do “{wanted}”. Another officer must.'),
  'csrf-refused': s('页面已过期或请求来自其他网站，请刷新后重试。', 'The page has expired or the request came from another site; reload and try again.'),
  'idempotency-key-missing': s('请求缺少 idempotency-key，无法保证只办一次；请刷新页面重试。', 'The request has no idempotency-key, so it could be done twice; reload the page.'),
  'idempotency-key-reused': s('同一办理编号已用于不同的内容，请刷新页面后重新提交。', 'The same request key was used for other content; reload the page and submit again.'),
  'body-malformed': s('提交的内容格式不对（{at}：{why}）。', 'The request is not of the right form ({at}: {why}).'),
  'too-large': s('文件过大，单个文件不超过{limitMB} MB。', 'The file is too large; at most {limitMB} MB each.'),
  'not-found': s('没有找到这项内容，可能已被删除或编号有误。', 'Nothing was found under this number.'),
  'no-such-route': s('没有这个地址。', 'There is no such address.'),
  'part-unreachable': s('系统的“{part}”部分暂时没有回应，您的操作未被执行，请稍后再试。', 'The part “{part}” does not answer right now; nothing was done. Please try again.'),
  bug: s('系统出错，已记录（编号 {incident}），您的操作未被执行。', 'Something broke and was recorded (number {incident}); nothing was done.'),
  'claim-taken': s('{claim} 已被占用：{key}', '{claim} is already taken: {key}'),
  'claim-taken:person-day': s('成员在同一天已参加另一团组（{key}），请调整日期或人员。', 'A member already travels on that day ({key}); change the dates or the member.'),
  'claim-taken:id-number': s('该身份证件号码已登记，一个号码只能登记一人；请在人员名单中查找。', 'This ID number is already registered; look for the person in the list.'),
  'claim-taken:unit-code': s('该统一社会信用代码已登记。', 'This unified social credit code is already registered.'),
  'step-not-allowed': s('当前状态（{stage}）不能办理“{step}”：{by} 已于 {at} 办理“{did}”。', 'Not possible now: it is {stage}; {by} did “{did}” at {at}.'),

  // the form
  'form-has-problems': s('申报表有 {count} 处须改正，逐项列在下面，填写的内容均已保留。', 'The form has {count} things to correct; they are listed below, and nothing you filled in is lost.'),
  'secret-mission': s('本系统不受理涉密团组（依据：{rule}）；请改由涉密渠道报送，并删除此草稿。', 'This system takes no secret missions ({rule}); use the secret channel and delete this draft.'),
  'secret-mark': s('内容含有密级标志，本系统不得处理国家秘密（依据：{rule}）；请改由涉密渠道报送。', 'The text bears a secrecy mark; this system may not hold state secrets ({rule}). Use the secret channel.'),
  'field-missing': s('此项必填，请补填。', 'This must be filled in.'),
  'day-invalid': s('日期不存在或格式不对，应如 2024-03-05（{rule}）。', 'No such day; write it like 2024-03-05 ({rule}).'),
  'day-in-future': s('日期晚于今天（{today}），请核对。', 'The day is after today ({today}); please check.'),
  'ends-before-begins': s('结束日期（{to}）早于开始日期（{from}），请改正其中一个。', 'It ends ({to}) before it begins ({from}); correct one of the days.'),
  'outside-mission': s('日期不在出访期间（{from} 至 {to}）内，请改正。', 'The day lies outside the mission ({from} to {to}).'),
  'place-unknown': s('地点只能是香港或澳门。', 'The place must be Hong Kong or Macao.'),
  'amount-invalid': s('金额应为元，最多两位小数。', 'The amount is in yuan with at most two decimals.'),
  'stay-over-limit': s('在{place}停留 {days} 天，超过上限 {limit} 天（依据：{rule}）；请缩短日程。', 'A stay of {days} days in {place} is over the limit of {limit} ({rule}); shorten it.'),
  'one-leader': s('每个团组须有且只有一名团长。', 'A group has exactly one leader.'),
  'member-twice': s('同一人员重复列入，请删除一处。', 'The same person is listed twice; remove one.'),
  'member-unknown': s('该人员未登记，请先登记。', 'This person is not registered; register first.'),
  'name-not-confirmed': s('该人员的拼音姓名尚未经本人确认（{rule}）；请先在人员页确认。', 'The person has not confirmed the spelling of the name ({rule}); confirm it on the person’s page.'),
  'permit-not-returned': s('该人员有逾期未交回的通行证（应交日期 {due}，依据 {rule}）；交回后方可申报。', 'This person has a permit that was due back on {due} ({rule}); return it first.'),
  'report-missing': s('该人员上次出访的报告逾期未交（应交日期 {due}，依据 {rule}）；补交后方可申报。', 'The report of this person’s last mission was due on {due} ({rule}); deliver it first.'),
  'group-too-large': s('团组 {persons} 人，超过上限 {limit} 人（依据：{rule}）；请减少人员。', 'A group of {persons} is over the limit of {limit} ({rule}).'),
  'official-share-low': s('公务时间占比 {share}，低于 {limit}（依据：{rule}）；请充实公务日程。', 'Only {share} of the time is official; at least {limit} is expected ({rule}).'),
  'publicity-too-short': s('公示 {workdays} 个工作日，少于 {limit} 个（依据：{rule}）；请延长公示。', 'The publicity runs {workdays} working days; at least {limit} are needed ({rule}).'),
  'attachment-missing': s('缺少附件：{kind}；请上传。', 'An attachment is missing: {kind}.'),
  'attachment-unknown': s('附件没有上传成功，请重新上传。', 'The attachment was not received; upload it again.'),
  'filed-too-late': s('距出访仅 {days} 天，少于 {limit} 天，不能受理（依据：{rule}）；请调整出访日期。', 'Only {days} days before departure; at least {limit} are needed ({rule}). Change the date.'),
  'filed-late': s('距出访 {days} 天，少于建议的 {limit} 天（依据：{rule}）；可以报送，但办理时间紧。', 'Filed {days} days before departure; {limit} are advised ({rule}). It may be filed, but time is short.'),
  'unit-locked': s('本单位因有逾期未交回的通行证被暂停申报（依据 {rule}）；交回后自动恢复。', 'The unit is locked because of permits not returned ({rule}); it opens again when they are back.'),
  'unit-exists': s('该单位已登记。', 'The unit is already registered.'),
  'usci-invalid': s('统一社会信用代码校验不通过（{rule}），请核对18位代码。', 'The unified social credit code fails its check ({rule}).'),

  // persons
  'name-missing': s('请填写姓名。', 'The name is missing.'),
  'name-unprintable': s('姓名中的字“{characters}”没有可打印的字形（{rule}）；请核对用字，确有此字的请联系制证中心处理。', 'The character “{characters}” cannot be printed ({rule}); check it, or ask the production centre for a glyph.'),
  'name-not-latin': s('拼音姓名只能用大写拉丁字母、空格和连字符（{rule}），例如 OUYANG / LYU。', 'Write the name in capital Latin letters, spaces and hyphens ({rule}), such as OUYANG / LYU.'),
  'id-number-form': s('身份证号码应为17位数字加1位数字或X（{rule}）。', 'An ID number has 17 digits and one digit or X ({rule}).'),
  'id-number-check-digit': s('身份证号码校验位不正确（{rule}），请对照证件逐位核对。', 'The check digit of the ID number is wrong ({rule}); compare it with the card digit by digit.'),
  'id-number-birth-date': s('出生日期与身份证号码不一致（{rule}），请核对其中一项。', 'The date of birth does not agree with the ID number ({rule}).'),
  'id-number-sex': s('性别与身份证号码不一致（{rule}），请核对其中一项。', 'The sex does not agree with the ID number ({rule}).'),
  'birth-date-invalid': s('出生日期不存在，应如 1980-02-29（{rule}）。', 'No such date of birth; write it like 1980-02-29 ({rule}).'),
  'sex-invalid': s('性别只能选择男或女（{rule}）。', 'Sex must be male or female ({rule}).'),
  'already-erased': s('该人员的个人信息已经删除。', 'This person’s data have been erased already.'),
  'person-busy': s('该人员还有未办结的事项，办结后方可删除。', 'This person still has open cases; erase when they are closed.'),

  // enrolment
  'consent-missing': s('采集前须取得本人单独同意（依据：{rule}）；请本人签署后勾选。', 'The person’s separate consent is needed first ({rule}).'),
  'fingers-reason-unknown': s('请选择未采集指纹的原因。', 'Choose the reason why no fingerprint was collected.'),
  'photo-missing': s('没有收到照片，请选择文件后重试。', 'No photo was received; choose a file.'),
  'photo-not-a-picture': s('这个文件不是 JPEG 或 PNG 照片（依据：{rule}）；请选择照片文件，表格或文档不能作为照片。', 'This file is no JPEG or PNG photo ({rule}); a spreadsheet or document cannot be used.'),
  'photo-too-large': s('照片 {megapixels} 百万像素，超过上限 {limit} 百万像素（依据 {rule}）；请用较小的尺寸重新导出。', 'The photo has {megapixels} megapixels; at most {limit} are taken ({rule}). Export it smaller.'),
  'photo-too-small': s('照片 {width}×{height} 像素，至少需要 {minWidth}×{minHeight}（依据 {rule}）；请重新拍摄或导出。', 'The photo is {width}×{height}; at least {minWidth}×{minHeight} is needed ({rule}).'),
  'photo-wrong-shape': s('照片 {width}×{height} 不是 3:4（依据 {rule}）；请裁剪后重传。', 'The photo is {width}×{height}, not 3:4 ({rule}); crop it.'),
  'photo-background': s('照片背景过暗（亮度 {light}，至少 {least}，依据 {rule}）；请用白色背景重拍。', 'The background is too dark ({light}, at least {least}; {rule}); use a white one.'),
  'photo-blurred': s('照片模糊或没有内容（清晰度 {sharpness}，至少 {least}，依据 {rule}）；请重拍。', 'The photo is blurred or empty ({sharpness}, at least {least}; {rule}).'),
  'photo-unreadable': s('照片文件损坏，无法读取（依据 {rule}）；请重新导出。', 'The photo file is damaged ({rule}); export it again.'),
  'not-enrolled': s('以下人员尚未采集照片，不能制证：{persons} 人。', '{persons} members have no photo yet; the permits cannot be made.'),

  // production
  'nothing-to-order': s('本团组没有需要新办的通行证，或已经下达制证任务。', 'No permit is to be made for this mission, or they are ordered already.'),
  'blank-exists': s('该号段中已有入库的空白证件，请核对起始号。', 'A blank of this range is already in stock; check the first serial.'),
  'serial-malformed': s('空白证件号应为两位字母加六位数字。', 'A blank’s serial has two letters and six digits.'),
  'witness-twice': s('见证人须为两名不同人员，且不能是提出人（{rule}）。', 'The witnesses are two different people, neither the one who proposed it ({rule}).'),
  'blank-not-of-job': s('该空白证件没有发给任何制证任务，不能报废。', 'The blank was not issued to a job.'),
  'chip-unreadable': s('芯片无法读取（{step} {file}：{statusWord}）；请报废后重制。', 'The chip cannot be read ({step} {file}: {statusWord}); spoil the blank and make it again.'),

  // custody
  'mission-not-approved': s('任务未获批准，不能发证（{rule}）。', 'The mission is not approved; no permit is handed out ({rule}).'),
  'holder-not-member': s('持证人不是该团组成员。', 'The holder is not a member of this mission.'),
  'publicity-running': s('公示至 {ends} 结束，结束后方可领证（{rule}）。', 'The publicity ends on {ends}; permits are handed out after that ({rule}).'),
  'validity-too-short': s('证件有效期至 {expiry}，返回后不足 {months} 个月（{rule}）；请换发。', 'The permit expires on {expiry}, less than {months} months after the return ({rule}).'),
  'inspection-undetermined': s('以下检查无法完成：{checksCn}（{whyCn}）；证件未判定，请待信任材料更新后重新质检。', 'These checks could not be done: {checks} ({why}). The permit is not judged; inspect again when the trust material is there.'),
  'blank-changed': s('质检期间空白 {serial} 已被更换，此次结果作废；请重新质检。', 'The blank {serial} was changed during the inspection, so its result does not count; inspect again.'),
  'endorsement-missing': s('通行证没有赴{place}的有效签注，或签注已经用过（{rule}）；请先办理签注。', 'The permit has no endorsement for {place}, or it is used ({rule}); have one made first.'),
  'reminded-today': s('今天已经催交过。', 'A reminder went out today already.'),
  'not-late-enough': s('逾期 {days} 天，尚未超过 {limit} 天（{rule}）。', '{days} days late; the lock comes after {limit} ({rule}).'),
  'control-exists': s('该内控事项已经存在。', 'This control exists already.'),
  'permits-outstanding': s('还有 {open} 本通行证未交回并核对，不能办结（{rule}）。', '{open} permits are not back and checked; the mission cannot be closed ({rule}).'),
  'report-outstanding': s('出访报告尚未通过，不能办结（{rule}）。', 'The report is not accepted; the mission cannot be closed ({rule}).'),
  'report-too-early': s('团组 {from} 返回后方可报送报告（{rule}）。', 'The report is delivered after the return on {from} ({rule}).'),

  // accounts
  'login-taken': s('登录名已被使用。', 'The login is taken.'),
  'roles-conflict': s('岗位“{a}”与“{b}”不能由同一人担任（{rule}）。', 'The roles {a} and {b} may not be held by one person ({rule}).'),
  'role-unknown': s('没有这个岗位：{role}。', 'There is no role {role}.'),
  'unit-needed': s('单位岗位的账号须指定单位。', 'An account with a unit role needs a unit.'),
  'not-in-demo': s('只有演示环境可以这样做。', 'Only possible in a demonstration.'),

  // the signer’s refusals, as they reach the production desk
  'signing-refused': s('安全服务器拒绝签名：{why}', 'The security server refused to sign: {why}'),
}
