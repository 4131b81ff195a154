const BROWSERS: readonly [RegExp, string][] = [
  [/\bEdg\/(\d+)/, 'Edge'],
  [/\bOPR\/(\d+)/, 'Opera'],
  [/\bFirefox\/(\d+)/, 'Firefox'],
  [/\b(?:Headless)?Chrome\/(\d+)/, 'Chrome'],
  [/\bVersion\/(\d+)[\d.]* .*Safari\//, 'Safari'],
];
const SYSTEMS: readonly [RegExp, string][] = [
  [/Windows/, 'Windows'],
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
];

/** What a browser calls itself, in a few words: "Firefox 140, Linux". Something else is shown as it is; null for nothing. */
export function deviceName(agent: string | null): string | null {
  if (agent === null || agent.trim() === '') return null;
  const browser = BROWSERS.find(([pattern]) => pattern.test(agent));
  if (browser === undefined) return agent.slice(0, 60);
  const version = browser[0].exec(agent)?.[1] ?? '';
  const system = SYSTEMS.find(([pattern]) => pattern.test(agent))?.[1];
  return [`${browser[1]} ${version}`, ...(system === undefined ? [] : [system])].join(', ');
}
