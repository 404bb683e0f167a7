import { existsSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { stateFolder } from '@causeway/ground'

import { EXIT, Impossible, language, type Command } from './command.ts'
import { CHECKOUT, startPlatform } from './platform.ts'

/** An address, or one with the length of its network. */
function isNetwork(text: string): boolean {
  const [address, bits, more] = text.split('/')
  const family = isIP(address ?? '')
  return family !== 0 && more === undefined && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128)))
}

/** The token that is named, which must be there: a signer that cannot load its module would only fall again and again. */
function tokenOf(values: { readonly pkcs11?: string; readonly token?: string }): { readonly module: string; readonly label: string } | undefined {
  const { pkcs11: module, token: label } = values
  if (module === undefined && label === undefined) return undefined
  if (module === undefined || label === undefined) throw new Impossible('usage', '--pkcs11 MODULE and --token LABEL go together')
  if (!existsSync(module)) throw new Impossible('pkcs11-module', `${module} is not there`)
  return { module, label }
}

/** The address of an authority for time stamps. */
function stampsAt(url: string | undefined): string | undefined {
  if (url !== undefined && !/^https?:\/\/[^\s/]+/.test(url)) throw new Impossible('time-stamp-url', `${url} is no http or https address`)
  return url
}

export const serveCommand: Command = {
  name: 'serve',
  usage: 'serve [--port N] [--no-demo] [--trust-proxy ADDRESS,…] [--seal-with international|national] [--custodians] [--pkcs11 MODULE --token LABEL] [--time-stamp URL] [--office-code CODE]',
  says: { zh: '启动平台：服务器、安全服务器、制证台模拟器和参考国家端', en: 'the platform: server, signer, station simulators and hub' },
  run: async (args) => {
    const { values } = parseArgs({ args: [...args], allowNegative: true, options: { port: { type: 'string', default: '8700' }, demo: { type: 'boolean', default: true }, 'trust-proxy': { type: 'string' }, 'seal-with': { type: 'string' }, custodians: { type: 'boolean', default: false }, pkcs11: { type: 'string' }, token: { type: 'string' }, 'time-stamp': { type: 'string' }, 'office-code': { type: 'string' } } })
    const port = Number(values.port)
    if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Impossible('port-invalid', `${values.port} is no port`)
    const proxies = values['trust-proxy']
    const wrong = (proxies?.split(',') ?? []).find((a) => !isNetwork(a))
    if (wrong !== undefined) throw new Impossible('proxy-invalid', `${wrong} is no address and no network (10.0.0.5, 10.0.0.0/24)`)
    const sealWith = values['seal-with']
    if (sealWith !== undefined && sealWith !== 'international' && sealWith !== 'national') throw new Impossible('family-unknown', `${sealWith} is neither international nor national`)
    const platform = await startPlatform({ folder: stateFolder(CHECKOUT, process.env['CAUSEWAY_STATE']), port, demo: values.demo, databaseUrl: process.env['DATABASE_URL'], trustProxy: proxies, sealWith, token: tokenOf(values), custodians: values.custodians ? 'people' : undefined, timeStampUrl: stampsAt(values['time-stamp']), officeCode: values['office-code'] })
    const zh = language() === 'zh'
    process.stdout.write(`${platform.url}\n`)
    if (values.demo) process.stdout.write(zh ? '演示账号（口令 Causeway-2024）：clerk 专办员、signatory 签批人、receiver 受理、reviewer 审核、approver 审批、documents 公文、enroller 采集、keeper/keeper2 空白保管、producer 制证、inspector 质检、counter/counter2 发证收证、auditor 审计、accountant 财务、admin 系统管理\n' : 'demonstration accounts (password Causeway-2024): clerk, signatory, receiver, reviewer, approver, documents, enroller, keeper, keeper2, producer, inspector, counter, counter2, auditor, accountant, admin\n')
    else process.stdout.write(zh ? `首个系统管理员 admin 和安全管理员 security 的口令在 ${join(platform.state.keys, 'server', 'first-password.secret')}，登录后请立即更改。\n` : `the first password of admin and security is in ${join(platform.state.keys, 'server', 'first-password.secret')}; change it at once.\n`)
    if (values.custodians || values.pkcs11 !== undefined) process.stdout.write(zh ? '密钥须由保管人启用：causeway signer status\n' : 'the keys wait for their custodians: causeway signer status\n')
    process.stdout.write(zh ? `数据在 ${platform.state.folder}；Ctrl-C 停止。\n` : `state in ${platform.state.folder}; Ctrl-C stops.\n`)
    await new Promise<void>((resolve) => { for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => { resolve() }) })
    await platform.stop()
    return EXIT.done
  },
}
