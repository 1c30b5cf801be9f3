// The sessions and accounts of the desk's API (docs/desk-api.md).
import { fromBase64 } from "../../crypto/bytes.ts";
import { getAtDesk, postAtDesk, Refusal } from "../../lib/api.ts";

export interface Handler {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly roles: readonly string[];
  readonly branches: readonly string[];
  readonly recipient: string;
}

export interface Passkey {
  readonly id: string;
  readonly name: string;
  readonly created: string; // ISO day
  readonly unlocks: boolean;
}

/** Seconds until a session ends: without a request, and at the latest. */
export interface TimeLeft {
  readonly idle: number;
  readonly ends: number;
}

export interface Session extends TimeLeft {
  readonly handler: Handler;
  readonly key: string; // base64
  readonly salt: string; // base64
  readonly identity: string; // base64, "" it stays offline, or there is none
  readonly passkeys: readonly Passkey[];
  readonly passkeys_possible: boolean;
  readonly confirmed: boolean; // password or passkey was given lately
}

/** The JSON of WebAuthn that the server made. */
export interface PasskeyOptions {
  readonly publicKey: Readonly<Record<string, unknown>>;
}

/** A ticket of a dialogue with the server, and what a passkey is asked. */
export interface Asked {
  readonly ticket: string;
  readonly passkey: PasskeyOptions | null;
}

export interface NewCodes {
  readonly secret: string;
  readonly uri: string;
  readonly qr: readonly string[];
}

/** Returns the session, undefined where there is none. */
export async function currentSession(): Promise<Session | undefined> {
  try {
    return await getAtDesk<Session>("session");
  } catch (error) {
    if (error instanceof Refusal && error.code === "signed-out") return undefined;
    throw error;
  }
}

/** Tells the server that the handler is at work. */
export const stayAlive = (): Promise<TimeLeft> => postAtDesk<TimeLeft>("session", {});

/** The salt of an address's password. */
export const saltOf = async (email: string): Promise<Uint8Array> => fromBase64((await postAtDesk<{ salt: string }>("salt", { email })).salt);
