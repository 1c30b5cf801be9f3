// Messages as the desk opens them. Anybody can send a report that no form made.
import { type Message, openMessage } from "./message.ts";

// What a message may hold besides its text, in UTF-16 units and in number: more than any
// form takes.
const most = { name: 255, type: 100, field: 4_000, fields: 100, files: 200 };

/** Opens a message and keeps what surrounds its text within bounds. Throws as openMessage. */
export async function openBounded(...message: Parameters<typeof openMessage>): Promise<Message> {
  const m = await openMessage(...message);
  const { fields, files } = m;
  return {
    ...m,
    ...(fields && { fields: Object.fromEntries(Object.entries(fields).slice(0, most.fields).map(([name, value]) => [name, shortened(value, most.field)])) }),
    ...(files && { files: files.slice(0, most.files).map((file) => ({ ...file, name: shortName(file.name), type: file.type.length > most.type ? "application/octet-stream" : file.type })) }),
  };
}

const shortened = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length - 1)}…` : text);

// The ending stays: it says what a file claims to be.
function shortName(name: string): string {
  if (name.length <= most.name) return name;
  const [ending = ""] = /\.[^.]{1,15}$/u.exec(name.slice(-16)) ?? [];
  return shortened(name, most.name - ending.length) + ending;
}
