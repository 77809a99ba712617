// The machine answers questions in a worker, one at a time. Only the newest question
// that waits is kept. It can be ended at any moment and is started anew: the program
// is compiled once and handed to each worker.
class Machine {
  limits = { slow: 800, hung: 30000 }; // milliseconds until a person may stop a question, and until it is stopped
  #module; // of the program, or the promise of it
  #worker = null;
  #address = ""; // of the worker's text
  #ready = false;
  #waiting = null; // a question that nobody works on
  #asked = 0; // number of the question that is worked on, or 0
  #count = 0;
  #slow; // timers of the question that is worked on
  #hung;
  #shown; // what the page wants to be told
  #failures = 0; // in a row

  // tell has answered(answer, text, milliseconds), busy(yes, slow) and died(why, again).
  constructor(tell) {
    this.#shown = tell;
    this.#module = this.#compile();
    this.#start();
  }

  async #compile() {
    const element = document.getElementById("program");
    const packed = Uint8Array.from(atob(element.textContent.trim()), (c) => c.charCodeAt(0));
    element.remove(); // millions of characters that nobody needs again
    const plain = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    return WebAssembly.compile(await new Response(plain).arrayBuffer());
  }

  async #start() {
    try {
      const module = await this.#module;
      const address = URL.createObjectURL(new Blob([document.getElementById("worker").textContent], { type: "text/javascript" }));
      const worker = new Worker(trusted.createScriptURL(address));
      this.#worker = worker;
      worker.onmessage = ({ data }) => worker === this.#worker && this.#heard(data);
      worker.onerror = (e) => worker === this.#worker && this.#end(`the worker failed: ${e.message || "no reason is known"}`);
      worker.postMessage({ module });
      this.#address = address;
    } catch (error) {
      this.#shown.busy(false, false);
      this.#shown.died(`The program cannot be started in this browser: ${error}`, false);
    }
  }

  #heard(data) {
    if (data.ready) {
      URL.revokeObjectURL(this.#address);
      this.#ready = true;
    } else if (data.died !== undefined) {
      return this.#end(data.died);
    } else if (data.id === this.#asked) {
      this.#settle();
      this.#failures = 0;
      this.#shown.answered(JSON.parse(data.answer), data.answer, data.took);
    }
    this.#next();
  }

  ask(question) {
    this.#waiting = JSON.stringify(question);
    this.#shown.busy(true, false);
    this.#next();
  }

  #next() {
    if (!this.#ready || this.#asked || this.#waiting === null) return;
    const question = this.#waiting;
    this.#waiting = null;
    this.#asked = ++this.#count;
    this.#slow = setTimeout(() => this.#shown.busy(true, true), this.limits.slow);
    this.#hung = setTimeout(() => this.#end(`no answer within ${this.limits.hung / 1000} seconds`), this.limits.hung);
    this.#worker.postMessage({ id: this.#asked, question });
  }

  #settle() {
    clearTimeout(this.#slow);
    clearTimeout(this.#hung);
    this.#asked = 0;
    if (this.#waiting === null) this.#shown.busy(false, false);
  }

  // stop ends the question that is worked on.
  stop() {
    if (this.#asked) this.#end("it was stopped");
  }

  // What killed one instance must not kill the next at once: the question is dropped,
  // and one that came behind it, or the next one typed, is asked of the new instance.
  // Where instances die without having answered, a person says when to try again.
  #end(why) {
    this.#worker?.terminate();
    this.#worker = null;
    this.#ready = false;
    this.#settle();
    this.#failures++;
    const again = this.#failures <= 3;
    this.#shown.died(why, again);
    if (again) this.#start();
  }

  restart() {
    this.#failures = 0;
    if (this.#worker === null) this.#start();
  }
}
