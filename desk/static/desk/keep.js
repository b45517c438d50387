// Keeps what is typed until the server has it: an expired session or a cut line loses nothing.
// It lies in the tab's own store under the person's name, so that the next person finds nothing of it.

const main = document.querySelector("main");
const owner = document.body.dataset.user;
const prefix = `tenki/${owner}/${main.dataset.caseId}/`;

// A My Number is kept nowhere but in the vault; after an expired session it is typed again.
function isSecret(field) {
  return field.dataset.kind === "my_number";
}

export function keep(field, text, given) {
  if (!isSecret(field)) sessionStorage.setItem(prefix + field.dataset.fieldId, JSON.stringify({ text, given }));
}

export function forget(field) {
  sessionStorage.removeItem(prefix + field.dataset.fieldId);
}

export function kept(field) {
  const found = sessionStorage.getItem(prefix + field.dataset.fieldId);
  return found === null ? null : JSON.parse(found);
}

// What another person left in this tab goes at once.
for (const key of Object.keys(sessionStorage)) {
  if (key.startsWith("tenki/") && !key.startsWith(`tenki/${owner}/`)) sessionStorage.removeItem(key);
}
