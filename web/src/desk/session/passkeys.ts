// Passkeys: WebAuthn, with its PRF extension where an authenticator has it. The
// JSON is read and written here: browsers that we serve are older than
// parseRequestOptionsFromJSON. The PRF output never leaves this browser.
import { base64urlnopad } from "@scure/base";
import { randomBytes } from "../../crypto/bytes.ts";
import type { PasskeyOptions } from "./account-api.ts";

/** Nothing came of it: the person stopped it, it took too long, or there is no such passkey here. */
export class NoPasskey extends Error {}

/** What a passkey answered, and the PRF output it gave, if any. */
export interface PasskeyAnswer {
  readonly credential: object;
  readonly prf: Uint8Array | undefined;
}

/** Reports whether this browser knows passkeys at all. */
export const passkeysKnown = (): boolean => typeof PublicKeyCredential === "function";

/** Has the person use a passkey. */
export async function usePasskey({ publicKey }: PasskeyOptions): Promise<PasskeyAnswer> {
  const credential = await asked((signal) => navigator.credentials.get({ publicKey: requestOf(publicKey), signal }));
  const response = credential.response as AuthenticatorAssertionResponse;
  return answerOf(credential, {
    authenticatorData: encode(response.authenticatorData),
    signature: encode(response.signature),
    ...(response.userHandle ? { userHandle: encode(response.userHandle) } : {}),
  });
}

/** Has the person make a passkey. Some authenticators give a PRF output only when the passkey is used: they are asked once more. */
export async function makePasskey({ publicKey }: PasskeyOptions): Promise<PasskeyAnswer> {
  const credential = await asked((signal) => navigator.credentials.create({ publicKey: creationOf(publicKey), signal }));
  const response = credential.response as Pick<AuthenticatorAttestationResponse, "attestationObject"> & Partial<AuthenticatorAttestationResponse>; // older browsers name no transports
  const made = answerOf(credential, {
    attestationObject: encode(response.attestationObject),
    transports: response.getTransports?.() ?? [],
  });
  if (made.prf || !resultsOf(credential).prf?.enabled) return made;
  const rp = publicKey["rp"] as { id?: string } | undefined;
  const again = { challenge: encode(randomBytes(32)), rpId: rp?.id, allowCredentials: [{ type: "public-key", id: credential.id }], userVerification: "required", extensions: publicKey["extensions"] };
  const used = await usePasskey({ publicKey: again }).catch(() => undefined); // without, the passkey still signs in
  return { credential: made.credential, prf: used?.prf };
}

interface Results {
  readonly prf?: { readonly enabled?: boolean; readonly results?: { readonly first?: BufferSource } };
}

const resultsOf = (credential: PublicKeyCredential): Results => credential.getClientExtensionResults();

let asking: AbortController | undefined;

/** Ends a question to a passkey that still waits: the person took another way. */
export const stopAsking = (): void => asking?.abort();

async function asked(ask: (signal: AbortSignal) => Promise<Credential | null>): Promise<PublicKeyCredential> {
  stopAsking(); // a browser asks one question at a time
  asking = new AbortController();
  let credential: Credential | null = null;
  try {
    credential = await ask(asking.signal);
  } catch {
    throw new NoPasskey();
  }
  if (!(credential instanceof PublicKeyCredential)) throw new NoPasskey();
  return credential;
}

function answerOf(credential: PublicKeyCredential, response: object): PasskeyAnswer {
  const { prf } = resultsOf(credential);
  return {
    credential: {
      id: credential.id,
      rawId: credential.id,
      type: credential.type,
      ...(credential.authenticatorAttachment ? { authenticatorAttachment: credential.authenticatorAttachment } : {}),
      response: { clientDataJSON: encode(credential.response.clientDataJSON), ...response },
      clientExtensionResults: prf?.enabled === undefined ? {} : { prf: { enabled: prf.enabled } },
    },
    prf: prf?.results?.first ? bytesOf(prf.results.first) : undefined,
  };
}

type JSONObject = Readonly<Record<string, unknown>>;

const requestOf = (json: JSONObject): PublicKeyCredentialRequestOptions =>
  ({
    ...json,
    challenge: decode(json["challenge"]),
    ...listed("allowCredentials", json),
    ...extensionsOf(json),
  });

const creationOf = (json: JSONObject): PublicKeyCredentialCreationOptions =>
  ({
    ...json,
    challenge: decode(json["challenge"]),
    user: { ...(json["user"] as JSONObject), id: decode((json["user"] as JSONObject)["id"]) },
    ...listed("excludeCredentials", json),
    ...extensionsOf(json),
  }) as unknown as PublicKeyCredentialCreationOptions;

const listed = (name: string, json: JSONObject): JSONObject =>
  json[name] ? { [name]: (json[name] as JSONObject[]).map((one) => ({ ...one, id: decode(one["id"]) })) } : {};

function extensionsOf(json: JSONObject): JSONObject {
  const extensions = json["extensions"] as { prf?: { eval?: { first: string } } } | undefined;
  const first = extensions?.prf?.eval?.first;
  return first ? { extensions: { ...extensions, prf: { eval: { first: decode(first) } } } } : {};
}

const bytesOf = (source: BufferSource): Uint8Array =>
  source instanceof ArrayBuffer ? new Uint8Array(source) : new Uint8Array(source.buffer, source.byteOffset, source.byteLength);

const encode = (bytes: ArrayBuffer | Uint8Array): string => base64urlnopad.encode(new Uint8Array(bytes));

const decode = (text: unknown): Uint8Array<ArrayBuffer> => Uint8Array.from(base64urlnopad.decode(String(text).replace(/=+$/, "")));
