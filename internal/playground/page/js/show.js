// An answer becomes elements. Its texts are clean already (internal/playground), and
// are put in as text only.

const panes = ["rule", "tests", "facts"];

function showAnswer(answer, editors) {
  for (const pane of panes) showMessages(pane, answer.messages.filter((m) => m.pane === pane), editors[pane]);
  editors.rule.signs = [...signsOf(answer, "rule"), ...symptomSigns(answer)];
  editors.tests.signs = [...signsOf(answer, "tests"), ...answer.tests.map((t) => ({
    line: t.line, kind: t.failures.length ? "missing" : "seen", sign: t.failures.length ? "✗" : "✓", text: [t.name, ...t.failures].join("\n"),
  }))];
  editors.facts.signs = signsOf(answer, "facts");
  showTests(answer.tests, editors.tests);
  showDifferential(answer, editors.rule);
}

const signsOf = (answer, pane) => answer.messages.filter((m) => m.pane === pane && m.line > 0).map((m) => ({
  line: m.line, column: m.column, kind: m.refused ? "refused" : "advice", sign: m.refused ? "✗" : "!", text: [m.text, m.hint].filter(Boolean).join("; "),
})).sort((a, b) => (a.kind === "refused" ? 0 : 1) - (b.kind === "refused" ? 0 : 1));

const symptomSigns = (answer) => (answer.account?.symptoms ?? []).filter((s) => s.line > 0).map((s) => ({
  line: s.line, kind: s.state, sign: { seen: "+", missing: "−", unknown: "?" }[s.state], text: `${s.symptom}: ${s.state}${s.bits ? `, ${s.bits} bit` : ""}; ${s.why}`,
}));

function showMessages(pane, list, editor) {
  byID(`${pane}-messages`).replaceChildren(...list.map((m) => make("li", {},
    make("button", { type: "button", class: m.refused ? "refused" : "advice", onclick: () => editor.go(m.line || 1, m.column || 1) },
      make("span", { class: "place" }, m.line ? `line ${m.line}${m.column ? `:${m.column}` : ""} ` : ""),
      m.text, m.hint ? `; ${m.hint}` : "", " ", make("span", { class: "check" }, m.check)))));
}

function showTests(tests, editor) {
  byID("tests-results").replaceChildren(...tests.map((t) => make("li", { class: t.failures.length ? "fail" : "pass" },
    make("button", { type: "button", onclick: () => editor.go(t.line, 1) }, t.name), t.near_miss ? make("span", { class: "soft" }, " (near miss)") : "",
    ...t.failures.map((f) => make("span", { class: "why" }, f)))));
}

function showDifferential(answer, editor) {
  const to = byID("differential");
  const ranking = answer.ranking;
  if (!ranking) {
    to.classList.add("old");
    byID("state").textContent = answer.rule ? "a retired rule is never evaluated" : to.childElementCount ? "of the last rule that could be loaded" : "the rule cannot be loaded yet";
    return;
  }
  to.classList.remove("old");
  const open = to.querySelector("details")?.open ?? false;
  const parts = [];
  if (answer.replaces) parts.push(make("p", { class: "soft" }, `${answer.rule} takes the place of the embedded rule with this id.`));
  for (const t of ranking.trouble) parts.push(make("p", { class: "trouble" }, t));
  if (!ranking.rows.some((r) => r.own)) {
    parts.push(make("div", { class: "diagnosis own", id: "account" }, make("p", { class: "title" }, `${answer.rule}: your rule`), make("p", {}, answer.account.summary), symptoms(answer.account.symptoms, editor)));
  }
  const rows = ranking.rows.map((r, i) => diagnosis(r, i, answer, editor));
  const none = make("li", { class: "diagnosis none" }, make("div", { class: "top" }, make("span", {}, "None of these"), make("span", { class: "percent" }, ranking.none)), bar(ranking.share));
  const before = ranking.rows.filter((r) => r.share >= ranking.share).length;
  rows.splice(before, 0, none);
  parts.push(make("ol", { class: "ranking" }, ...rows));
  if (ranking.more) parts.push(make("p", { class: "soft" }, `${ranking.more} more are not shown.`));
  const printed = make("details", {}, make("summary", {}, "As kbtriage prints it"), make("pre", { class: "printed", tabindex: "0" }, ranking.printed));
  printed.open = open;
  to.replaceChildren(...parts, printed);
}

function bar(share) {
  const m = make("meter", { min: "0", max: "1", "aria-hidden": "true" });
  m.value = share;
  return m;
}

function diagnosis(r, i, answer, editor) {
  const list = r.own ? answer.account.symptoms : r.evidence.filter((e) => e.state !== "unknown");
  return make("li", { class: r.own ? "diagnosis own" : "diagnosis", "data-rule": r.rule },
    make("div", { class: "top" }, make("span", { class: "title" }, `${i + 1}. ${r.title}`), make("span", { class: "percent" }, r.percent)),
    bar(r.share),
    make("p", { class: "soft" }, `${r.rule}${r.own ? " (your rule)" : ""}: ${r.verdict}${r.own ? `. ${answer.account.summary}` : ""}`),
    symptoms(list, editor));
}

function symptoms(list, editor) {
  return make("ul", { class: "symptoms" }, ...list.map((e) => make("li", { class: e.state },
    make("span", { class: "bits" }, e.bits ? `${e.bits} bit` : e.state),
    make("span", {}, e.symptom, e.proof ? ", proof" : "", e.decisive ? ", decisive" : "", `: ${e.why}`,
      e.if_seen ? ` (seen ${e.if_seen}, missing ${e.if_not} bit)` : ""))));
}
