// Where a tab keeps the identity: sessionStorage, sealed with AES-256-GCM under a
// key that the server hands out for the session. When the session is over the
// key is gone, and what is left here is noise.
import { fromBase64, randomBytes, toBase64, toBytes, toText } from "../../crypto/bytes.ts";

const place = "hotline-identity";
const nonceLength = 12; // bytes
const purpose = toBytes("hotline/1 tab");

/** Seals an identity for the tab. */
export async function sealForTab(identity: string, key: string): Promise<string> {
  const nonce = randomBytes(nonceLength);
  const sealed = await crypto.subtle.encrypt(parameters(nonce), await imported(key), toBytes(identity) as Uint8Array<ArrayBuffer>);
  return toBase64(Uint8Array.of(...nonce, ...new Uint8Array(sealed)));
}

/** Opens what a tab keeps; undefined where it belongs to another session or was changed. */
export async function openFromTab(kept: string, key: string): Promise<string | undefined> {
  try {
    const bytes = fromBase64(kept);
    return toText(new Uint8Array(await crypto.subtle.decrypt(parameters(bytes.slice(0, nonceLength)), await imported(key), bytes.slice(nonceLength))));
  } catch {
    return undefined;
  }
}

const parameters = (nonce: Uint8Array): AesGcmParams => ({ name: "AES-GCM", iv: nonce as Uint8Array<ArrayBuffer>, additionalData: purpose as Uint8Array<ArrayBuffer> });

const imported = (key: string): Promise<CryptoKey> =>
  crypto.subtle.importKey("raw", fromBase64(key) as Uint8Array<ArrayBuffer>, "AES-GCM", false, ["encrypt", "decrypt"]);

/** Keeps an identity in this tab. */
export const keepInTab = async (identity: string, key: string): Promise<void> => sessionStorage.setItem(place, await sealForTab(identity, key));

/** What this tab keeps, sealed. */
export const keptInTab = (): string | null => sessionStorage.getItem(place);

/** Takes over what another tab keeps. */
export const takeOver = (kept: string): void => sessionStorage.setItem(place, kept);

/** Removes it. */
export const emptyTab = (): void => sessionStorage.removeItem(place);
