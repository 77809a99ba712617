// Runs in a worker, behind wasm_exec.js: a question in, an answer out. What the
// program writes before it dies is kept, so that the page can show why.
"use strict";
{
  let said = "";
  const decoder = new TextDecoder();
  globalThis.fs.writeSync = (_, bytes) => {
    said = (said + decoder.decode(bytes)).slice(0, 8000);
    return bytes.length;
  };
  const died = (error) => postMessage({ died: [said.trim(), error ? String(error) : ""].filter(Boolean).join("\n") || "it ended without a word" });

  onmessage = async ({ data }) => {
    try {
      if (data.module) {
        const go = new Go();
        go.exit = () => {}; // what follows tells
        go.run(await WebAssembly.instantiate(data.module, go.importObject)).then(() => died(), died);
        postMessage({ ready: true });
        return;
      }
      const began = performance.now();
      const answer = globalThis.kbtriagePlayground(data.question);
      if (typeof answer !== "string") return died();
      postMessage({ id: data.id, answer, took: performance.now() - began });
    } catch (error) {
      died(error);
    }
  };
}
