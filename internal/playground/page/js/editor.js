// An editor is a text field with a gutter: line numbers, and signs beside lines.
class Editor {
  #field;
  #gutter;
  #signs = new Map(); // line -> {kind, sign, text}
  #lines = 1;

  constructor(id, changed) {
    this.#gutter = make("div", { class: "gutter", "aria-hidden": "true" });
    this.#field = make("textarea", { id, spellcheck: "false", autocapitalize: "off", autocomplete: "off", wrap: "off", dir: "ltr" });
    byID(`${id}-editor`).append(this.#gutter, this.#field);
    this.#field.addEventListener("input", () => { this.#count(); this.#draw(); changed(); });
    this.#field.addEventListener("scroll", () => this.#draw());
    new ResizeObserver(() => this.#draw()).observe(this.#field);
  }

  get text() { return this.#field.value; }

  set text(value) {
    this.#field.value = value;
    this.#field.scrollTop = 0;
    this.#signs.clear();
    this.#count();
    this.#draw();
  }

  // signs are shown until the next ones; of several in a line the first counts.
  set signs(list) {
    this.#signs.clear();
    for (const s of list) {
      const old = this.#signs.get(s.line);
      if (old) old.text += `\n${s.text}`;
      else this.#signs.set(s.line, { ...s });
    }
    this.#draw();
  }

  // go puts the caret at a line and a column, both from 1, columns in characters.
  go(line, column) {
    let at = 0;
    for (let n = 1; n < line; n++) {
      const end = this.text.indexOf("\n", at);
      if (end < 0) break;
      at = end + 1;
    }
    const end = this.text.indexOf("\n", at);
    const whole = this.text.slice(at, end < 0 ? undefined : end);
    at += [...whole].slice(0, Math.max(column - 1, 0)).join("").length;
    this.#field.focus();
    this.#field.setSelectionRange(at, at);
    this.#field.scrollTop = Math.max(0, (line - 1) * this.#height() - this.#field.clientHeight / 3);
    this.#draw();
  }

  #height() { return parseFloat(getComputedStyle(this.#field).lineHeight); }

  #count() {
    let n = 1;
    for (let at = this.text.indexOf("\n"); at >= 0; at = this.text.indexOf("\n", at + 1)) n++;
    this.#lines = n;
  }

  // Only the lines in sight have a row: a rule may have a hundred thousand.
  #draw() {
    const height = this.#height();
    const top = this.#field.scrollTop;
    const first = Math.floor(top / height) + 1;
    const last = Math.min(this.#lines, first + Math.ceil(this.#field.clientHeight / height));
    const rows = [];
    for (let n = first; n <= last; n++) {
      const s = this.#signs.get(n);
      const attributes = { class: `row ${s ? s.kind : ""}` };
      if (s) attributes.title = s.text;
      const row = make("div", attributes, make("span", { class: "sign" }, s ? s.sign : ""), String(n));
      row.style.top = `${(n - 1) * height - top}px`;
      if (s) row.addEventListener("click", () => this.go(n, s.column || 1));
      rows.push(row);
    }
    this.#gutter.replaceChildren(...rows);
  }
}
