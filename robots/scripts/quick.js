// How often each of many places is on the page, by the words that a person sees; and what the refusals say.
// One question for a whole page: a place that does not count exactly one here is counted again by the browser
// driver, whose word is final.
([wanted, refusals]) => {
  const norm = text => text.replace(/[\u200b\u00ad]/g, '').replace(/\s+/g, ' ').trim();
  const text = e => norm(e.textContent || '');
  const named = e => (e.getAttribute('aria-labelledby') || '').split(/\s+/)
    .map(id => id && document.getElementById(id)).filter(Boolean);
  const aria = e => (e.getAttribute('aria-label') || '').trim();
  const seen = e => e.getClientRects().length > 0 && getComputedStyle(e).visibility === 'visible';
  const labels = e => {
    const by = named(e);
    if (by.length) return by.map(text);
    return aria(e) ? [norm(aria(e))] : e.labels ? [...e.labels].map(text) : [];
  };
  const name = (e, own) => {
    const by = named(e);
    return by.length ? norm(by.map(text).join(' ')) : norm(aria(e) || own(e));
  };
  const legend = e => { const l = e.querySelector(':scope > legend'); return l ? text(l) : ''; };
  const ways = {
    label: () => [...document.querySelectorAll('[aria-labelledby], [aria-label], '
      + 'input:not([type=hidden]), select, textarea, button, meter, output, progress')].flatMap(
      e => [...new Set(labels(e))]),
    group: () => [...document.querySelectorAll('fieldset, [role=group], [role=radiogroup]')].filter(seen)
      .map(e => name(e, legend)),
    button: () => [...document.querySelectorAll('button, [type=submit], [type=button], [role=button]')]
      .filter(seen).map(e => name(e, b => b.tagName === 'INPUT' ? b.value : text(b))),
    link: () => [...document.querySelectorAll('a[href], [role=link]')].filter(seen).map(e => name(e, text)),
    heading: () => [...document.querySelectorAll('h1, h2, h3, h4, h5, h6, [role=heading]')].filter(seen)
      .map(e => name(e, text)),
  };
  const there = {};
  const words = kind => there[kind] || (there[kind] = ways[kind]());
  const counts = wanted.map(([kind, word]) => words(kind).filter(w => w === word).length);
  let said = null;
  try {
    if (refusals) said = [...document.querySelectorAll(refusals)].map(text).filter(Boolean);
  } catch { /* A selector that is the driver's own. */ }
  return {counts, said, ready: document.readyState !== 'loading'};
}
