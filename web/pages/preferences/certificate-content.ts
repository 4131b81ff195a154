import { strings } from '../../strings.ts';

const LIMIT = 64 * 1024;

export type Content = { readonly content: string } | { readonly refused: string };

/** A chosen file as the API takes it: PEM as it is, DER as base64. A private key is refused before anything is sent. */
export async function contentOfFile(file: File): Promise<Content> {
  if (file.size > LIMIT) return { refused: strings.preferences.fileTooLarge };
  const bytes = new Uint8Array(await file.arrayBuffer());
  const text = new TextDecoder('latin1').decode(bytes);
  if (text.includes('-----BEGIN')) return contentOfText(text);
  return { content: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')) };
}

export function contentOfText(text: string): Content {
  if (/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(text)) return { refused: strings.preferences.privateKey };
  if (text.trim() === '') return { refused: strings.preferences.nothing };
  return { content: text };
}
