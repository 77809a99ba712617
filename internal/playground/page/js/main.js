// The page: what is typed becomes a question, after a short rest.

const rest = 150; // milliseconds without a key before a question is asked
const most = 5 << 20; // characters of a pane that are handed over: above the limits of the readers, which say what is too long

let before = ""; // the texts as they were put in; others would be lost
let timer = 0;
const texts = () => ({ rule: editors.rule.text, tests: editors.tests.text, facts: editors.facts.text });
const changed = () => { clearTimeout(timer); timer = setTimeout(ask, rest); };
const editors = { rule: new Editor("rule", changed), tests: new Editor("tests", changed), facts: new Editor("facts", changed) };
const say = (text) => { byID("said").textContent = text; };

const machine = new Machine({
  answered(answer, text, took) {
    playground.last = text;
    byID("alarm").hidden = true;
    byID("state").textContent = `${answer.loaded} ${answer.loaded === 1 ? "rule" : "rules"}, ${Math.round(took)} ms`;
    showAnswer(answer, editors);
    tell(answer);
    playground.answers++;
    performance.mark("answer");
  },
  busy(yes, slow) {
    byID("differential").setAttribute("aria-busy", String(yes));
    byID("stop").hidden = !slow;
    if (slow) byID("state").textContent = "still at work";
  },
  died(why, again) {
    playground.deaths++;
    byID("alarm").hidden = false;
    byID("alarm-text").textContent = `The last input got no answer: ${why}${again ? "\nThe program was started again; it answers the next change." : ""}`;
    byID("restart").hidden = again;
    byID("differential").classList.add("old");
    byID("state").textContent = "";
  },
});

// tell says the outcome to those who hear the page, when it changes.
function tell(answer) {
  const count = answer.messages.length;
  const first = answer.ranking?.rows[0];
  const text = `${count} ${count === 1 ? "message" : "messages"}. ${first ? `First: ${first.rule}, ${first.percent}.` : ""}`;
  if (byID("spoken").textContent !== text) byID("spoken").textContent = text;
}

// For whoever looks from the console, and for the tests of this page.
const playground = { machine, editors, last: "", answers: 0, deaths: 0 };

function ask() {
  const t = texts();
  for (const pane of panes) t[pane] = t[pane].slice(0, most);
  const columns = Math.max(40, Math.min(110, Math.floor(byID("differential").clientWidth / 8.2) - 4));
  const now = new Date();
  const today = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((n) => String(n).padStart(2, "0")).join("-");
  machine.ask({ ...t, today, neighbours: byID("neighbours").checked, columns });
}

function put(value) {
  for (const pane of panes) editors[pane].text = typeof value[pane] === "string" ? value[pane] : "";
  if (typeof value.neighbours === "boolean") byID("neighbours").checked = value.neighbours;
  before = JSON.stringify(texts());
  ask();
}

const samples = JSON.parse(byID("samples").textContent);
byID("sample").append(...samples.map((s, i) => make("option", { value: String(i) }, s.title)));
let chosen = "0";
byID("sample").addEventListener("change", () => {
  if (unsaved() && !confirm("Replace what was typed?")) {
    byID("sample").value = chosen;
    return;
  }
  chosen = byID("sample").value;
  put(samples[chosen]);
});
byID("bar").addEventListener("submit", (e) => e.preventDefault());
byID("neighbours").addEventListener("change", ask);
byID("stop").addEventListener("click", () => machine.stop());
byID("restart").addEventListener("click", () => { machine.restart(); ask(); });
byID("copy").addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(editors.rule.text);
    say("The rule is in the clipboard.");
  } catch {
    byID("rule").select();
    say(document.execCommand("copy") ? "The rule is in the clipboard." : "The browser does not allow it; the rule is marked, copy it with the keyboard.");
  }
});

// The file is named as the rule: print/queue is queue.yaml.
function download(text, ending) {
  const name = /^id:\s*["']?[a-z0-9._-]+\/([a-z0-9._-]+)/m.exec(editors.rule.text)?.[1] ?? "rule";
  const address = URL.createObjectURL(new Blob([text], { type: "application/yaml" }));
  make("a", { href: address, download: name + ending }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
  before = JSON.stringify(texts());
  say(`${name + ending} was handed to the browser.`);
}
byID("save").addEventListener("click", () => download(editors.rule.text, ".yaml"));
byID("save-tests").addEventListener("click", () => download(editors.tests.text, ".test.yaml"));

byID("link").addEventListener("click", async () => {
  const text = await packed({ ...texts(), neighbours: byID("neighbours").checked });
  if (text.length > mostKept) return say(`It is too long for an address: ${text.length} characters, at most ${mostKept}. Download the rule instead.`);
  location.replace(`#1${text}`);
  before = JSON.stringify(texts());
  say("The address of this page now holds rule, tests and facts. It is sent nowhere, but stays in the history of the browser.");
});

const unsaved = () => JSON.stringify(texts()) !== before;
addEventListener("beforeunload", (e) => { if (unsaved()) e.preventDefault(); });

async function begin() {
  if (location.hash.startsWith("#1")) {
    try {
      return put(await unpacked(location.hash.slice(2)));
    } catch (error) {
      say(`The address cannot be read: ${error.message}`);
    }
  }
  put(samples[0]);
}
begin();
