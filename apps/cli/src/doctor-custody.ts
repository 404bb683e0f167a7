import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

import { cryptokiBinding } from '@causeway/token'

interface Words { readonly zh: string; readonly en: string }
export interface Finding { readonly part: string; readonly well: boolean; readonly says: Words; readonly do?: Words }

const words = (zh: string, en: string): Words => ({ zh, en })

/** What the custody file says of itself in plain. */
interface Plain { readonly kind?: string; readonly roster?: { readonly threshold?: number; readonly seats?: readonly { readonly name?: string }[] }; readonly token?: { readonly label?: string; readonly pinKnown?: boolean } }

function plainOf(file: string): Plain | 'closed' | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Plain
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code === 'EACCES' ? 'closed' : undefined
  }
}

function custodians(dir: string, k: Plain): readonly Finding[] {
  const [threshold, names] = [k.roster?.threshold ?? 0, k.roster?.seats?.map((s) => s.name ?? '') ?? []]
  const beside = names.filter((name) => existsSync(join(dir, `${name}.secret`)))
  const count = words(`${names.length} 名保管人中须 ${threshold} 名到场`, `${threshold} of ${names.length} custodians`)
  if (beside.length > 0) return [{ part: 'custodians', well: false, says: words(`${count.zh}；其中 ${beside.length} 名的口令存于密钥旁，仅供试用`, `${count.en}; the passphrases of ${beside.length} lie beside the keys, for trying out`), do: words('正式使用请以 causeway serve --custodians 启动，由真人设立', 'in service start with causeway serve --custodians, and let people set it up') }]
  if (threshold === 1) return [{ part: 'custodians', well: false, says: words(`${count.zh}：一人即可启用密钥`, `${count.en}: one person alone activates the keys`), do: words('改为至少两人', 'let it take two at least') }]
  if (threshold === names.length) return [{ part: 'custodians', well: false, says: words(`${count.zh}：任一人缺席即不能启用`, `${count.en}: the keys wait for the one who is ill`), do: words('增加保管人：causeway signer ceremony add-custodian', 'a further one: causeway signer ceremony add-custodian') }]
  return [{ part: 'custodians', well: true, says: count }]
}

function keys(dir: string): readonly Finding[] {
  const file = join(dir, 'custody.json')
  const k = existsSync(dir) ? plainOf(file) : undefined
  if (k === 'closed') return [{ part: 'keys', well: true, says: words('密钥文件不对本用户开放', 'the custody file is closed to this user') }]
  if (k === undefined) return [{ part: 'keys', well: false, says: words('尚无密钥；启动后为软件密钥，仅供试用', 'no keys yet; what starts now is software keys, for trying out'), do: words('正式使用：causeway serve --pkcs11 MODULE --token LABEL', 'in service: causeway serve --pkcs11 MODULE --token LABEL') }]
  const isOpen = (statSync(file).mode & 0o077) !== 0
  return [
    k.kind === 'token'
      ? { part: 'keys', well: k.token?.pinKnown !== true, says: k.token?.pinKnown === true ? words(`密钥在令牌 ${k.token.label ?? ''}；令牌不允许更改 PIN，设置者可能仍知晓`, `keys in the token ${k.token.label ?? ''}, which did not let us change its PIN: whoever set it may still know it`) : words(`密钥在令牌 ${k.token?.label ?? ''}，PIN 无人知晓`, `keys in the token ${k.token?.label ?? ''}, whose PIN nobody knows`) }
      : { part: 'keys', well: false, says: words('软件密钥存于加密文件，仅供试用', 'document signer keys lie in an encrypted file, for trying out'), do: words('正式使用请用 PKCS#11 令牌', 'use a PKCS#11 token in service') },
    ...(isOpen ? [{ part: 'keys', well: false, says: words(`${file} 可被他人读取`, `${file} can be read by others`), do: words(`chmod 600 ${file}`, `chmod 600 ${file}`) }] : []),
    ...custodians(dir, k),
  ]
}

/** Modules that distributions and vendors put at these places. */
const MODULES = ['/usr/lib/softhsm/libsofthsm2.so', '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so', '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so', '/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so', '/usr/lib/x86_64-linux-gnu/pkcs11/yubihsm_pkcs11.so', '/opt/utimaco/lib/libcs_pkcs11_R3.so', '/usr/safenet/lunaclient/lib/libCryptoki2_64.so', '/opt/nfast/toolkits/pkcs11/libcknfast.so']

async function token(): Promise<Finding> {
  const bound = await cryptokiBinding().then(() => true, () => false)
  const module = MODULES.find((f) => existsSync(f))
  if (!bound) return { part: 'token', well: false, says: words('未安装 pkcs11js，不能使用令牌', 'pkcs11js is not installed: no token can be used'), do: words('npm install --include=optional pkcs11js（须有 C++ 编译器）', 'npm install --include=optional pkcs11js, which needs a C++ compiler') }
  if (module === undefined) return { part: 'token', well: false, says: words('常见位置没有 PKCS#11 模块', 'no PKCS#11 module at the usual places'), do: words('按厂家说明安装，或 apt-get install softhsm2 试用', 'install your vendor’s, or apt-get install softhsm2 to try') }
  return { part: 'token', well: true, says: words(`PKCS#11 模块 ${module}${module.includes('softhsm') ? '（软件令牌，仅供试用）' : ''}`, `PKCS#11 module ${module}${module.includes('softhsm') ? ' (a software token, for trying out)' : ''}`) }
}

const text = (file: string): string => { try { return readFileSync(file, 'utf8') } catch { return '' } }

/** What of the machine may carry keys away from memory. */
function memory(): readonly Finding[] {
  const swaps = text('/proc/swaps').trim().split('\n').length - 1
  return [
    ...(text('/proc/sys/fs/suid_dumpable').trim() === '1' ? [{ part: 'memory', well: false, says: words('换过用户的进程也会转储内存，其中有密钥', 'processes that changed their user dump their memory too, keys with it'), do: words('sysctl fs.suid_dumpable=0', 'sysctl fs.suid_dumpable=0') }] : []),
    ...(swaps > 0 ? [{ part: 'memory', well: false, says: words('有交换分区：软件密钥可能写到磁盘', 'this machine swaps: software keys may reach the disk'), do: words('加密或关闭交换分区', 'encrypt the swap, or turn it off') }] : []),
  ]
}

/** Whether each part has a user of the operating system of its own. */
function separation(): Finding {
  if (process.getuid?.() !== 0) return { part: 'separation', well: false, says: words('非 root：各部分同属本用户，服务器读不到签发密钥只靠口令', 'not root: all parts run as this user; that the server cannot read the signer’s keys rests on passphrases only'), do: words('以 root 启动，或使用令牌', 'start as root, or use a token') }
  const hasUsers = /^causeway-signer:/m.test(text('/etc/passwd')) || existsSync('/usr/sbin/useradd')
  return hasUsers
    ? { part: 'separation', well: true, says: words('以 root 启动：签发、国家端、制证台、服务器和数据库各归一个用户', 'started as root: signer, hub, station, server and database each lay it down for a user of their own') }
    : { part: 'separation', well: false, says: words('不能新建用户：各部分同为 nobody，彼此可读', 'users cannot be made here: the parts all become nobody, and can read each other'), do: words('安装 useradd（package passwd），或预先建立用户 causeway、causeway-signer、causeway-hub、causeway-station', 'install useradd (package passwd), or make the users causeway, causeway-signer, causeway-hub, causeway-station before') }
}

/** What this machine does not protect of the signer's keys. @param dir - the folder of the signer */
export async function examineCustody(dir: string): Promise<readonly Finding[]> {
  return [separation(), ...keys(dir), await token(), ...memory()]
}
