import { define, type ErrorDefinition } from './definition.ts';

/** Requests of people about their data (GDPR), legal holds, and what is asked of sources for them. */
export const DATA_REQUEST_ERRORS = {
  // The file of many, and what a request says
  'gdpr.file_format': define(
    400,
    true,
    'The file is not one JSON document in UTF-8.',
    'Send one JSON object as in docs/formats/data-requests.md, without a byte order mark; "value" names line and column.',
  ),
  'gdpr.count': define(422, true, 'The list is empty or too long.', 'Send as many as "range" says; split a longer file.'),
  'gdpr.case_id': define(
    422,
    true,
    'This cannot be the id of a case.',
    'Use 1 to 100 characters: letters, digits and . _ / # -; no e-mail address and no phone number.',
  ),
  'gdpr.kind': define(422, true, 'This is no kind of request.', 'Use one of "range".'),
  'gdpr.identifier_missing': define(422, true, 'Nothing says whose data this is about.', 'Give at least one identifier of the person.'),
  'gdpr.identifier_type': define(422, true, 'This type of identifier is not known.', 'Use one of the types in "range".'),
  'gdpr.identifier': define(422, true, 'This cannot be an identifier of that type.', 'Check it; "range" says what is taken.'),
  'gdpr.identifier_twice': define(422, true, 'The same identifier stands there twice.', 'Give each identifier once; "value" names the first.'),
  'gdpr.email': define(422, true, 'This is not an e-mail address.', 'Write it as name@example.com, at most 254 characters, the name at most 64.'),
  'gdpr.phone': define(
    422,
    true,
    'This is not a phone number that can be told apart from others.',
    'Write it with the country, e.g. +49 89 1234567, without letters.',
  ),
  'gdpr.too_broad': define(422, true, 'This would match many people.', 'Give one whole identifier: no wildcards, no patterns, no single letters.'),
  'gdpr.received_on': define(
    422,
    true,
    'The date of receipt is not a date, lies in the future or before the regulation.',
    'Use a date from "range", as 2026-01-31.',
  ),
  'gdpr.correction': define(
    422,
    true,
    'The corrections do not fit the request.',
    'A rectification names fields of the catalog ("range") with their new values; other kinds name none.',
  ),
  'gdpr.note': define(422, true, 'The note is missing or too long.', 'Write what "range" says.'),
  'gdpr.identifier_in_url': define(
    400,
    true,
    'The address holds what looks like an e-mail address or a phone number. It was not logged.',
    'Send identifiers in the body only: addresses end up in histories and logs.',
  ),
  // Duplicates, extension, the state
  'gdpr.duplicate': define(
    409,
    true,
    'A request of this kind is open for this person already, or stands twice in the file.',
    'Look at the one in "value"; to make another all the same, set "confirmDuplicate".',
  ),
  'gdpr.extension': define(
    422,
    true,
    'The deadline cannot be extended like this.',
    'It is extended once, by two further months, with a reason, within the first month.',
  ),
  'gdpr.state': define(409, true, 'This cannot be done with the request as it stands.', 'Look at its state; "range" says from which states it can.'),
  'gdpr.begun': define(
    409,
    true,
    'Data have been changed for this request already, or its answer is ready: it can no longer be stopped or refused.',
    'Mend what the request names as its error; UDM goes on with it within the hour.',
  ),
  'gdpr.identity': define(409, true, 'It is not noted how the identity of the person was proved.', 'Write the identity note first.'),
  'gdpr.ambiguous': define(
    409,
    true,
    'The identifiers lead to more than one person.',
    'Add an identifier that is of this person alone, or have a second person confirm that all of them are meant.',
  ),
  'gdpr.four_eyes': define(403, true, 'Whoever submitted or handled the request cannot decide it.', 'Ask another approver or privacy officer.'),
  'gdpr.held': define(
    409,
    true,
    'A legal hold is on the data of this person.',
    'Release the hold first, or refuse the request with that as its ground, if nothing was changed for it yet.',
  ),
  'gdpr.access_first': define(409, true, 'An access request of the same person is to be answered first.', 'Wait until it is done, or stop it.'),
  'gdpr.no_receipt': define(
    409,
    true,
    'There is no receipt of this request.',
    'It is made when the request is done or refused; one that was stopped, or ended before UDM made receipts, has none.',
  ),
  'gdpr.ground': define(422, true, 'A refusal needs a reason and one of the grounds.', 'Use one of the grounds in "range", and say why in "reason".'),
  // Legal holds
  'gdpr.hold_released': define(409, true, 'The hold was released before.', 'Place a new one, if there must be one.'),
  // Sources
  'gdpr.no_catalog': define(
    409,
    true,
    'The catalog of a source does not say how people stand in it.',
    'Name the identifiers in the section "people" of the catalog in "value".',
  ),
  'gdpr.comes_back': define(
    409,
    false,
    'The person was found again and again after being erased; "value" says in how many rows.',
    'Stop whatever writes the person into the source anew. UDM erases once more a day later.',
  ),
  'gdpr.no_write_access': define(
    409,
    true,
    'A source has no credential with which UDM may change data.',
    'Set the second credential of the source in "value": it is used for erasure and rectification alone.',
  ),
  'gdpr.read_only': define(
    409,
    true,
    'The server of a source takes no changes: it follows another one, or is set to be read only.',
    'Give the source the server that the other one follows; what is changed there reaches the copy by itself.',
  ),
  'gdpr.constraint': define(
    409,
    true,
    'A rule of the source forbids what has to be done to its rows; nothing was changed.',
    'Loosen the rule named in "value", or tell UDM of the table that it protects in the catalog.',
  ),
  'gdpr.changed_since': define(
    409,
    false,
    'The data have changed since they were looked at.',
    'UDM looks again within the hour; if it lasts, find out what writes to these rows.',
  ),
  'gdpr.no_recipient': define(
    409,
    true,
    'No privacy officer has a valid certificate that the package could be encrypted to.',
    'Let a privacy officer upload a certificate; UDM tries again within the hour.',
  ),
  'gdpr.no_package': define(409, true, 'There is no package of this request.', 'An access request has one once it is done.'),
  'gdpr.package_gone': define(410, true, 'The package of this request has expired.', 'Submit a new access request if the person still needs it.'),
  'gdpr.package_missing': define(
    404,
    true,
    'The file of the package is not in storage.',
    'Bring it back from a backup of the storage, or submit a new access request.',
  ),
  'gdpr.key_lost': define(
    409,
    true,
    'The key of this case is not in its folder: what it sealed can no longer be read.',
    'Bring the file back from a backup of the folder with case keys; without it stop the request, if nothing was changed for it yet, and submit it anew.',
  ),
  'gdpr.note_unreadable': define(
    409,
    true,
    'A note of this request or hold cannot be opened: the master key is not the one it was sealed with, or it is damaged.',
    'Put back the master.key that sealed it.',
  ),
  'gdpr.keys_unwritable': define(
    503,
    false,
    'The folder with case keys cannot be written.',
    'Check its rights and its disk, or name another one with UDM_CASE_KEYS; "value" names it.',
  ),
} as const satisfies Record<string, ErrorDefinition>;
