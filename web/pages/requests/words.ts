import { ownWords } from '../../own-words.ts';
import { heldExports as germanHeldExports } from '../../strings/de/held-exports.ts';
import { receipt as germanReceipt } from '../../strings/de/receipt.ts';
import { requests as german } from '../../strings/de/requests.ts';
import { heldExports as englishHeldExports } from '../../strings/held-exports.ts';
import { receipt as englishReceipt } from '../../strings/receipt.ts';
import { requests as english } from '../../strings/requests.ts';

export const words = ownWords(english, german);
export const receiptWords = ownWords(englishReceipt, germanReceipt);
export const exportWords = ownWords(englishHeldExports, germanHeldExports);
