// What the address keeps: behind the #, which no browser sends to anybody. It is
// written only when a person asks for it, since an address stays in the history.
const mostKept = 16384; // characters; longer addresses are cut by some programs

async function packed(value) {
  const stream = new Blob([JSON.stringify(value)]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  let text = "";
  for (const b of bytes) text += String.fromCharCode(b);
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

// An address may come from anybody: what it unpacks to is read up to a bound.
async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const parts = [];
  for (let size = 0; ;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > 8 << 20) { await reader.cancel(); throw new Error("it holds too much"); }
    parts.push(value);
  }
  return JSON.parse(await new Blob(parts).text());
}
