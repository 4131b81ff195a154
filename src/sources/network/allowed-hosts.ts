/** Which machines a source may be on: see docs/decisions/0037-hosts-of-sources.md. */

import { BlockList, isIP } from 'node:net';

/**
 * Never reached, whatever is allowed: link-local addresses, where clouds keep the credentials of a machine (169.254.169.254), what they use
 * beside these for the same, and addresses that are no machine's.
 */
const NEVER_NETWORKS = [
  ['0.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['100.100.100.200', 32, 'ipv4'],
  ['192.0.0.192', 32, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
  ['fe80::', 10, 'ipv6'],
  ['fd00:ec2::', 32, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
  ['::', 128, 'ipv6'],
] as const;

const NEVER = new BlockList();
for (const [network, length, family] of NEVER_NETWORKS) NEVER.addSubnet(network, length, family);
// The same IPv4 addresses, as a translator of IPv6 (NAT64) and 6to4 write them.
NEVER.addSubnet('64:ff9b::a9fe:0', 112, 'ipv6');
NEVER.addSubnet('64:ff9b::6464:64c8', 128, 'ipv6');
NEVER.addSubnet('2002:a9fe::', 32, 'ipv6');

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

/** Whether no source may ever be at this address. An IPv4 address inside an IPv6 one counts as what it is. */
function isNeverReached(address: string): boolean {
  return isIP(address) === 0 || NEVER.check(address, familyOf(address));
}

/** Whether a source may be at this address, which its host name stands for. An empty list allows everything that is not refused anyway. */
export function isAllowed(host: string, address: string, allowed: readonly string[]): boolean {
  if (isNeverReached(address)) return false;
  return allowed.length === 0 || allowed.some((one) => matches(one, host.toLowerCase(), address));
}

function matches(entry: string, host: string, address: string): boolean {
  const [network = '', length] = entry.split('/');
  if (isIP(network) === 0) return entry.startsWith('*.') ? host.endsWith(entry.slice(1).toLowerCase()) : host === entry.toLowerCase();
  const list = new BlockList();
  list.addSubnet(network, length === undefined ? (isIP(network) === 6 ? 128 : 32) : Number(length), familyOf(network));
  return list.check(address, familyOf(address));
}
