// Tells the recorder what is on the page when it comes up, and what stood in its boxes when something is pressed.
(() => {
  if (window.tenkiRecords) return;
  window.tenkiRecords = true;
  const text = e => (e ? e.innerText : '').trim();
  const named = e => (e.getAttribute('aria-label')
    || (e.getAttribute('aria-labelledby') || '').split(' ').filter(Boolean)
      .map(id => text(document.getElementById(id))).join(' ')
    || (e.labels && e.labels.length ? text(e.labels[0]) : '')
    || text(e.querySelector && e.querySelector(':scope > legend'))).trim();
  const selector = e => e.id ? '#' + CSS.escape(e.id) : e.name ? `[name="${e.name}"]` : '';
  const once = (e, label) => [...document.querySelectorAll('input, select, textarea')]
    .filter(o => named(o) === label).length === 1;
  const place = e => {
    const label = named(e);
    return label && once(e, label) ? {label} : {selector: selector(e)};
  };
  const control = e => {
    if (e.type === 'radio' || e.type === 'checkbox') {
      if (!e.checked) return null;
      const group = e.closest('[role=radiogroup], [role=group], fieldset');
      const title = group ? named(group) : '';
      const offered = group ? [...group.querySelectorAll('input')].map(named) : [];
      if (title) return {kind: 'group', type: e.type, place: {group: title}, value: named(e), offered};
      return {kind: 'checkbox', place: place(e), value: '1'};
    }
    if (e.tagName === 'SELECT') {
      const word = e.selectedOptions.length ? e.selectedOptions[0].label.trim() : '';
      const offered = [...e.options].map(o => o.label.trim()).filter(Boolean);
      return word ? {kind: 'drop_down', place: place(e), value: word, offered} : null;
    }
    if (!e.value) return null;
    const secret = e.type === 'password';
    const longest = e.maxLength > 0 ? e.maxLength : null;
    return {kind: secret ? 'password' : 'text', place: place(e), value: secret ? '' : e.value, longest};
  };
  const controls = () => [...document.querySelectorAll('input:not([type=hidden]), select, textarea')]
    .filter(e => e.getClientRects().length && !e.matches('[type=submit], [type=button]')).map(control).filter(Boolean);
  const pairs = () => [...document.querySelectorAll('th')].flatMap(th => {
    const td = th.nextElementSibling, caption = th.closest('table').caption;
    return td && td.tagName === 'TD' ? [[text(caption), text(th), text(td)]] : [];
  });
  const page = () => ({heading: text(document.querySelector('h1')), path: location.pathname + location.search});
  // A window of another language offers to send the page to a translation service outside.
  const keepHere = () => document.head.append(Object.assign(document.createElement('meta'), {name: 'google', content: 'notranslate'}));
  const shown = () => window.tenkiSaw({event: 'shown', ...page(), pairs: pairs(),
    texts: [...document.querySelectorAll('p')].map(text).filter(Boolean),
    heads: [...document.querySelectorAll('thead th')].map(text),
    captions: [...document.querySelectorAll('table:has(thead) caption')].map(text)});
  document.addEventListener('click', event => {
    const e = event.target.closest('button, a[href], [type=submit], [type=button]');
    if (!e) return;
    const link = e.tagName === 'A';
    const name = (e.getAttribute('aria-label') || text(e) || e.value || '').trim();
    window.tenkiSaw({event: 'click', ...page(), place: link ? {link: name} : {button: name},
      listed: !!e.closest('tbody') && !!e.closest('table').tHead, controls: controls()});
  }, true);
  const ready = () => { keepHere(); shown(); };
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', ready);
  else ready();
})()
