import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { canonicalTimeZone, nearestTimeZones, timeZoneNames } from './time-zone.ts';

/** The links of the tz database 2025b (built with its `backzone`, as ECMA-402 asks), each line a zone and the names that lead to it. */
const LINKS = `
  Africa/Asmara: Africa/Asmera
  Africa/Bamako: Africa/Timbuktu
  Africa/Cairo: Egypt
  Africa/Tripoli: Libya
  America/Adak: America/Atka US/Aleutian
  America/Anchorage: US/Alaska
  America/Argentina/Buenos_Aires: America/Buenos_Aires
  America/Argentina/Catamarca: America/Argentina/ComodRivadavia America/Catamarca
  America/Argentina/Cordoba: America/Cordoba America/Rosario
  America/Argentina/Jujuy: America/Jujuy
  America/Argentina/Mendoza: America/Mendoza
  America/Atikokan: America/Coral_Harbour
  America/Chicago: US/Central CST6CDT
  America/Denver: America/Shiprock Navajo US/Mountain MST7MDT
  America/Detroit: US/Michigan
  America/Edmonton: America/Yellowknife Canada/Mountain
  America/Halifax: Canada/Atlantic
  America/Havana: Cuba
  America/Indiana/Indianapolis: America/Fort_Wayne America/Indianapolis US/East-Indiana
  America/Indiana/Knox: America/Knox_IN US/Indiana-Starke
  America/Iqaluit: America/Pangnirtung
  America/Jamaica: Jamaica
  America/Kentucky/Louisville: America/Louisville
  America/Los_Angeles: US/Pacific PST8PDT
  America/Manaus: Brazil/West
  America/Mazatlan: Mexico/BajaSur
  America/Mexico_City: Mexico/General
  America/New_York: US/Eastern EST5EDT
  America/Noronha: Brazil/DeNoronha
  America/Nuuk: America/Godthab
  America/Panama: EST
  America/Phoenix: US/Arizona MST
  America/Regina: Canada/Saskatchewan
  America/Rio_Branco: America/Porto_Acre Brazil/Acre
  America/Santiago: Chile/Continental
  America/Sao_Paulo: Brazil/East
  America/St_Johns: Canada/Newfoundland
  America/St_Thomas: America/Virgin
  America/Tijuana: America/Ensenada America/Santa_Isabel Mexico/BajaNorte
  America/Toronto: America/Montreal America/Nipigon America/Thunder_Bay Canada/Eastern
  America/Vancouver: Canada/Pacific
  America/Whitehorse: Canada/Yukon
  America/Winnipeg: America/Rainy_River Canada/Central
  Antarctica/McMurdo: Antarctica/South_Pole
  Arctic/Longyearbyen: Atlantic/Jan_Mayen
  Asia/Ashgabat: Asia/Ashkhabad
  Asia/Dhaka: Asia/Dacca
  Asia/Ho_Chi_Minh: Asia/Saigon
  Asia/Hong_Kong: Hongkong
  Asia/Jerusalem: Asia/Tel_Aviv Israel
  Asia/Kathmandu: Asia/Katmandu
  Asia/Kolkata: Asia/Calcutta
  Asia/Macau: Asia/Macao
  Asia/Makassar: Asia/Ujung_Pandang
  Asia/Nicosia: Europe/Nicosia
  Asia/Seoul: ROK
  Asia/Shanghai: Asia/Chongqing Asia/Chungking Asia/Harbin PRC
  Asia/Singapore: Singapore
  Asia/Taipei: ROC
  Asia/Tehran: Iran
  Asia/Thimphu: Asia/Thimbu
  Asia/Tokyo: Japan
  Asia/Ulaanbaatar: Asia/Choibalsan Asia/Ulan_Bator
  Asia/Urumqi: Asia/Kashgar
  Asia/Yangon: Asia/Rangoon
  Atlantic/Faroe: Atlantic/Faeroe
  Atlantic/Reykjavik: Iceland
  Australia/Adelaide: Australia/South
  Australia/Brisbane: Australia/Queensland
  Australia/Broken_Hill: Australia/Yancowinna
  Australia/Darwin: Australia/North
  Australia/Hobart: Australia/Currie Australia/Tasmania
  Australia/Lord_Howe: Australia/LHI
  Australia/Melbourne: Australia/Victoria
  Australia/Perth: Australia/West
  Australia/Sydney: Australia/ACT Australia/Canberra Australia/NSW
  Europe/Athens: EET
  Europe/Brussels: CET MET
  Europe/Chisinau: Europe/Tiraspol
  Europe/Dublin: Eire
  Europe/Istanbul: Asia/Istanbul Turkey
  Europe/Kyiv: Europe/Kiev Europe/Uzhgorod Europe/Zaporozhye
  Europe/Lisbon: Portugal WET
  Europe/London: Europe/Belfast GB GB-Eire
  Europe/Moscow: W-SU
  Europe/Warsaw: Poland
  Pacific/Auckland: NZ
  Pacific/Chatham: NZ-CHAT
  Pacific/Chuuk: Pacific/Truk Pacific/Yap
  Pacific/Easter: Chile/EasterIsland
  Pacific/Honolulu: Pacific/Johnston US/Hawaii HST
  Pacific/Kanton: Pacific/Enderbury
  Pacific/Kwajalein: Kwajalein
  Pacific/Pago_Pago: Pacific/Samoa US/Samoa
  Pacific/Pohnpei: Pacific/Ponape
  UTC: Etc/UTC Etc/GMT Etc/GMT+0 Etc/GMT-0 Etc/GMT0 Etc/Greenwich Etc/UCT Etc/Universal Etc/Zulu GMT GMT+0 GMT-0 GMT0 Greenwich UCT Universal Zulu`;
const links = LINKS.trim()
  .split('\n')
  .flatMap((line) => {
    const [zone = '', names = ''] = line.trim().split(': ');
    return names.split(' ').map((name) => [name, zone] as const);
  });
const everyName = [...Intl.supportedValuesOf('timeZone'), ...links.flat(), ...timeZoneNames()];

/** Offset at the beginning of 2020 and every change until 2035. */
function offsetsOf(timeZone: string): string[] {
  const offsets: string[] = [];
  let at: Temporal.ZonedDateTime | null = Temporal.Instant.from('2020-01-01T00:00:00Z').toZonedDateTimeISO(timeZone);
  for (; at && at.epochMilliseconds < Date.UTC(2035, 0, 1); at = at.getTimeZoneTransition('next')) offsets.push(`${at.epochMilliseconds} ${at.offset}`);
  return offsets;
}

describe('canonicalTimeZone', () => {
  it.each(links)('leads %s to %s', (name, zone) => {
    expect(canonicalTimeZone(name)).toBe(zone);
  });

  it('keeps a name for each country', () => {
    for (const name of ['Europe/Oslo', 'Europe/Bratislava', 'Atlantic/Reykjavik', 'Africa/Abidjan', 'UTC']) expect(canonicalTimeZone(name)).toBe(name);
  });

  it('knows the fixed zones of the tz database', () => {
    expect(canonicalTimeZone('Etc/GMT+12')).toBe('Etc/GMT+12');
    expect(canonicalTimeZone('etc/gmt-14')).toBe('Etc/GMT-14');
    expect(canonicalTimeZone('Etc/GMT+13')).toBeNull();
    expect(canonicalTimeZone('Etc/GMT-15')).toBeNull();
  });

  it.each([
    '',
    ' ',
    'CET5',
    '+02:00',
    '-05',
    '+0200',
    'Z',
    'Mars/X',
    'UTC+2',
    'GMT+02:00',
    'Europe/Berlin ',
    'Europe',
    'SystemV/EST5',
    'Factory',
    'Etc/Unknown',
  ])('refuses %j (case 15)', (name) => {
    expect(canonicalTimeZone(name)).toBeNull();
  });

  it.each(['ACT', 'PST', 'IST', 'localtime', 'constructor', '__proto__', 'Europe/Berlin\0', '2026-01-01T00:00Z[Europe/Berlin]'])(
    'refuses what is no name: %j',
    (name) => {
      expect(canonicalTimeZone(name)).toBeNull();
    },
  );

  it('is idempotent, takes any case, and keeps the clocks of every name', () => {
    expect(everyName.length).toBeGreaterThan(900);
    for (const name of everyName) {
      const canonical = canonicalTimeZone(name) ?? '';
      expect([name, canonicalTimeZone(canonical)]).toEqual([name, canonical]);
      expect([name, canonicalTimeZone(name.toUpperCase()), canonicalTimeZone(name.toLowerCase())]).toEqual([name, canonical, canonical]);
      expect([name, offsetsOf(canonical)]).toEqual([name, offsetsOf(name)]);
    }
  });

  it('answers any text with null or a name that Temporal knows', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.constantFrom(...everyName).chain((name) => fc.nat(name.length).map((at) => name.slice(0, at))),
        ),
        (text) => {
          const canonical = canonicalTimeZone(text);
          if (canonical !== null) expect(offsetsOf(canonical).length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('timeZoneNames', () => {
  it('has each canonical name once, in order, and no former one', () => {
    const names = timeZoneNames();
    expect(names).toContain('Europe/Kyiv');
    expect(names).toContain('UTC');
    expect(names.length).toBeGreaterThan(400);
    expect([...new Set(names)].sort()).toEqual(names);
    expect(names.filter((name) => canonicalTimeZone(name) !== name)).toEqual([]);
    expect(names.filter((name) => links.some(([link]) => link === name))).toEqual([]);
  });
});

describe('nearestTimeZones', () => {
  it.each([
    ['CET5', 'Europe/Brussels'],
    ['EST', 'America/Panama'],
    ['Berlin', 'Europe/Berlin'],
    ['Germany/Berlin', 'Europe/Berlin'],
    ['europe/berlim', 'Europe/Berlin'],
    ['new york', 'America/New_York'],
    ['São Paulo', 'America/Sao_Paulo'],
    ['Asia/Tokio', 'Asia/Tokyo'],
    ['Kiev', 'Europe/Kyiv'],
    ['Calcutta', 'Asia/Kolkata'],
    ['America/Buenes_Aires', 'America/Argentina/Buenos_Aires'],
    ['utc', 'UTC'],
  ])('finds for %s first %s', (text, zone) => {
    expect(nearestTimeZones(text)[0]).toBe(zone);
  });

  it('finds its way back from any slip of one character', () => {
    const slips = fc
      .constantFrom(...timeZoneNames().filter((name) => name.length > 12))
      .chain((name) => fc.tuple(fc.constant(name), fc.nat(name.length - 1)).map(([whole, at]) => [whole, whole.slice(0, at) + whole.slice(at + 1)] as const));
    fc.assert(
      fc.property(slips, ([name, slip]) => {
        expect(nearestTimeZones(slip)).toContain(name);
      }),
    );
  });

  it('gives as many different canonical names as asked for, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constantFrom('', '+02:00', 'Mars/X', 'x'.repeat(100_000))), fc.integer({ min: 1, max: 10 }), (text, count) => {
        const found = nearestTimeZones(text, count);
        expect(new Set(found).size).toBe(count);
        expect(found.map(canonicalTimeZone)).toEqual(found);
      }),
    );
    expect(nearestTimeZones('+02:00')).toHaveLength(5);
  });
});
