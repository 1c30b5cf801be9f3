// Bytes and the texts they are written as.
import { base64, base64urlnopad, hex } from "@scure/base";

export const toHex = (bytes: Uint8Array): string => hex.encode(bytes);
export const toBase64 = (bytes: Uint8Array): string => base64.encode(bytes);
export const fromBase64 = (text: string): Uint8Array => base64.decode(text);
export const toBase64url = (bytes: Uint8Array): string => base64urlnopad.encode(bytes);
export const toBytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Reads UTF-8 and throws where it is none. */
export const toText = (bytes: Uint8Array): string => new TextDecoder("utf-8", { fatal: true }).decode(bytes);

export const randomBytes = (n: number): Uint8Array => crypto.getRandomValues(new Uint8Array(n));

/** Makes the id of a case or a file: 128 random bits in lower-case hex. */
export const newID = (): string => toHex(randomBytes(16));
