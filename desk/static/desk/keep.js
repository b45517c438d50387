// Keeps what is typed until the server has it: an expired session or a cut line loses nothing.
// It lies in the tab's own store under the person's name, so that the next person finds nothing of it.

const owner = document.body.dataset.user;
const key = (field) => `tenki/${owner}/${document.querySelector("main").dataset.caseId}/${field.dataset.fieldId}`;

// A My Number is kept nowhere but in the vault; after an expired session it is typed again.
function isSecret(field) {
  return field.dataset.kind === "my_number";
}

export function keep(field, text, given) {
  if (!isSecret(field)) sessionStorage.setItem(key(field), JSON.stringify({ text, given }));
}

export function forget(field) {
  sessionStorage.removeItem(key(field));
}

export function kept(field) {
  const found = sessionStorage.getItem(key(field));
  return found === null ? null : JSON.parse(found);
}

// What another person left in this tab goes at once.
for (const name of Object.keys(sessionStorage)) {
  if (name.startsWith("tenki/") && !name.startsWith(`tenki/${owner}/`)) sessionStorage.removeItem(name);
}
