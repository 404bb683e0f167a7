const t = (zh: string, en: string) => ({ zh, en })

/** What stands around every room. */
export const FRAME = {
  skip: t('跳到正文', 'Skip to content'), portal: t('单位申报', 'Units’ portal'), office: t('港澳业务', 'The office'), signOut: t('退出', 'Sign out'), other: t('English', '中文'), specimen: t('演示环境：所有证件均为样本', 'Demonstration: every document is a SPECIMEN'),
  loading: t('正在读取…', 'Loading…'), nothing: t('没有内容', 'Nothing here'), more: t('继续显示', 'Show more'), working: t('办理中…', 'Working…'), cancel: t('取消', 'Cancel'), ok: t('确定', 'OK'), back: t('返回', 'Back'), total: t('共 {n} 条', '{n} in all'), done: t('已办理', 'Done'), opinion: t('意见', 'Opinion'), broken: t('页面出错，请刷新。', 'The page broke; please reload.'), none: t('您的岗位没有这个页面。', 'Your role has no such page.'),
  navigation: t('主导航', 'Main navigation'), today: t('今天', 'Today'), lacks: t('页面不存在', 'No such page'),
  home: t('待办', 'To do'), missions: t('团组', 'Missions'), newMission: t('新建团组', 'New mission'), persons: t('人员', 'Persons'), enrolments: t('采集', 'Enrolment'), production: t('制证', 'Production'), blanks: t('空白证件', 'Blanks'), permits: t('通行证', 'Permits'), homecomings: t('归境', 'Homecomings'), controls: t('内控', 'Controls'), verification: t('验签', 'Verification'), examination: t('决算核对', 'Accounts examined'), statistics: t('统计', 'Statistics'), journal: t('日志', 'Journal'), accounts: t('账号', 'Accounts'), rules: t('规则', 'Rules'), platform: t('平台', 'Platform'), signer: t('签发服务器', 'Signer'),
} as const
