// Everything that can be used or that titles a screen, with its place; no value, and no link within the
// rows of a list: those are contents, not the screen.
() => {
  const name = e => (e.getAttribute('aria-label')
    || (e.labels && e.labels.length ? e.labels[0].innerText : '')
    || (e.matches('button, a, h1, h2') ? e.innerText : '')
    || (e.matches('[type=submit], [type=button]') ? e.value : '')
    || e.getAttribute('name') || '').trim().slice(0, 80);
  const kind = e => e.matches('h1, h2') ? 'heading'
    : e.matches('button, [type=submit], [type=button]') ? 'button'
    : e.matches('a') ? 'link' : e.matches('select') ? 'drop_down'
    : e.matches('[type=radio]') ? 'radio' : e.matches('[type=checkbox]') ? 'checkbox' : 'box';
  const options = e => e.tagName === 'SELECT'
    ? [...e.options].map(o => o.label.trim()).filter(Boolean).slice(0, 200) : [];
  const wanted = 'h1, h2, button, a[href], input:not([type=hidden]), select, textarea';
  const all = [];
  const read = (root, dx, dy) => {
    for (const e of root.querySelectorAll(wanted)) {
      const b = e.getBoundingClientRect();
      if (!b.width || !b.height || (e.matches('tbody a') && e.closest('table').tHead)) continue;
      all.push({
        kind: kind(e), name: name(e), options: options(e),
        longest: e.maxLength > 0 ? e.maxLength : null, required: !!e.required,
        box: [b.left + scrollX + dx, b.top + scrollY + dy, b.width, b.height].map(Math.round),
      });
    }
    for (const f of root.querySelectorAll('iframe')) {
      const b = f.getBoundingClientRect();
      if (f.contentDocument) read(f.contentDocument, dx + b.left, dy + b.top);
    }
  };
  read(document, 0, 0);
  return all;
}
