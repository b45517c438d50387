// Puts a frame with a word on it around an element, without touching the page's own elements.
(e, word) => {
  const b = e.getBoundingClientRect();
  const mark = document.createElement('div');
  const tag = document.createElement('b');
  mark.className = 'tenki-light';
  mark.style.cssText = `position:absolute;left:${b.left + scrollX - 3}px;top:${b.top + scrollY - 3}px;`
    + `width:${b.width + 6}px;height:${b.height + 6}px;border:2px solid #d4351c;z-index:99999;`
    + 'pointer-events:none;box-sizing:border-box;border-radius:3px';
  tag.textContent = word;
  tag.style.cssText = 'position:absolute;left:-3px;top:-14px;background:#d4351c;color:#fff;'
    + 'font:bold 10px/13px sans-serif;padding:0 3px;white-space:nowrap';
  mark.append(tag);
  document.body.append(mark);
}
