// Which folders and names a notebook may have: the rules of the server (notebook_paths.py), said before
// anything is sent. The server checks again.
const LONGEST = 255; // bytes of one name
const DEEPEST = 32;
const RESERVED = /^(con|prn|aux|nul|com[1-9]|lpt[1-9])$/i;

const bytes = (text) => new TextEncoder().encode(text).length;

/** Why a name cannot be; empty if it can. */
function whyNot(part) {
  if (part === "" || part === "." || part === "..") return "is empty, or leads elsewhere";
  if (part.includes("/")) return "holds a /";
  if (/\p{C}|\p{Zl}|\p{Zp}/u.test(part)) return "holds a character that cannot be seen";
  if (/[\\:*?"<>|]/.test(part)) return 'holds one of \\ : * ? " < > |';
  if (/%([0-9a-f]{2}|u[0-9a-f]{4})/i.test(part)) return "holds a percent escape";
  if (/^[.~]/.test(part)) return "begins with . or ~";
  if (part !== part.trim() || part.endsWith(".")) return "begins or ends with a blank or a dot";
  if (RESERVED.test(part.split(".")[0].trimEnd())) return "is a name that Windows reserves";
  if (bytes(part) > LONGEST) return "is too long";
  return "";
}

const wrong = (part) => whyNot(part) || whyNot(part.normalize("NFKC"));

/** One sentence on what is wrong with a folder; empty if nothing is. */
export function directoryProblem(text) {
  if (!text) return "Give a directory.";
  if (text.startsWith("/")) return "Give a directory inside of your files, without / at the beginning.";
  const parts = text.split("/");
  if (parts.length > DEEPEST) return `Give at most ${DEEPEST} directories inside each other.`;
  for (const part of parts) if (wrong(part)) return `“${part.slice(0, 60)}” cannot be a directory: it ${wrong(part)}.`;
  return "";
}

/** One sentence on what is wrong with a notebook's name; empty if nothing is. */
export function nameProblem(text) {
  if (!text) return "Give the notebook a name.";
  const reason = wrong(text) || wrong(`${text}.ipynb`);
  return reason ? `The file cannot be called so: the name ${reason}.` : "";
}

/** A name that can be, made from any text. */
export function possibleName(text) {
  let name = text.normalize("NFC").replace(/[\\:*?"<>|/%]|\p{C}|\p{Zl}|\p{Zp}/gu, "_").replace(/\s+/g, " ");
  name = [...name.replace(/^[.~ ]+/, "")].slice(0, 200).join("");
  while (bytes(name) > LONGEST - 20) name = [...name].slice(0, -1).join("");
  name = name.replace(/[. ]+$/, "");
  return nameProblem(name) ? "Notebook" : name;
}
