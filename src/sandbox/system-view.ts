// What of the machine a sandboxed program may read: a list, never the whole root. The rest does not exist for it.
import { existsSync, lstatSync, readdirSync, readlinkSync, realpathSync } from 'node:fs';
import path from 'node:path';

/** Top-level folders of the system; links into /usr on merged systems, folders of their own on others. */
const systemFolders = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];

/** Of /etc only what name look-up, certificates, the linker and the shell need. No shadow, no keys, no host's secrets. */
const etcFiles = [
  'alternatives',
  'ca-certificates',
  'group',
  'host.conf',
  'hosts',
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'localtime',
  'mime.types',
  'nsswitch.conf',
  'os-release',
  'passwd',
  'pki',
  'protocols',
  'resolv.conf',
  'services',
  'ssl',
].map((name) => `/etc/${name}`);

/** Arguments of bwrap(1) that make the system visible read-only, and node where it lives outside /usr. */
export function systemView(): string[] {
  const folders = systemFolders.flatMap((folder) => readOnlyOrLink(folder));
  const files = etcFiles.flatMap((file) => (existsSync(file) ? ['--ro-bind', file, file] : []));
  return ['--ro-bind', '/usr', '/usr', ...folders, ...files, ...nodeView(realpathSync(process.execPath))];
}

/**
 * Of /proc what is the machine's and no process's (`sys`, `irq`, `mtrr`, …), laid over itself read-only. bubblewrap does
 * that only where the folder itself can be written, which of /proc/sys nobody can; the files in it root can, by its
 * user id alone.
 */
export function kernelView(): string[] {
  const entries = readdirSync('/proc', { withFileTypes: true });
  const ofTheMachine = entries.filter((entry) => !/^\d+$/.test(entry.name) && !entry.isSymbolicLink());
  return ofTheMachine
    .map((entry) => ({ file: `/proc/${entry.name}`, isFolder: entry.isDirectory() }))
    .filter(({ file, isFolder }) => isFolder || isWritten(file))
    .flatMap(({ file }) => ['--ro-bind-try', file, file]);
}

function isWritten(file: string): boolean {
  return ((lstatSync(file, { throwIfNoEntry: false })?.mode ?? 0) & 0o222) !== 0;
}

/**
 * A node of a version manager, by its parts: its prefix may be a person's home folder (`N_PREFIX=~`), which must not
 * become readable as a whole.
 */
export function nodeView(node: string): string[] {
  if (node.startsWith('/usr/')) return [];
  const bin = path.dirname(node);
  const modules = ['npm', 'corepack'].map((name) => path.join(bin, '../lib/node_modules', name));
  const commands = ['npm', 'npx', 'corepack'].map((name) => path.join(bin, name));
  return ['--ro-bind', node, node, ...[...modules, ...commands].flatMap((file) => readOnlyOrLink(file))];
}

/** A link stays a link: programs find their libraries relative to where it leads. */
function readOnlyOrLink(file: string): string[] {
  const stat = lstatSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  return stat.isSymbolicLink() ? ['--symlink', readlinkSync(file), file] : ['--ro-bind', file, file];
}
