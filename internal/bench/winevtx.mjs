// Reads event logs with winevtx (npm) and prints how many records there are,
// and which of them have the event number that is asked for.
//
//   node winevtx.mjs [-event NUMBER] FILE...
import * as fs from "node:fs";
import { parseEvtxFileAsync } from "winevtx";

let args = process.argv.slice(2);
let wanted = null;
if (args[0] === "-event") {
  wanted = args[1];
  args = args.slice(2);
}

// number returns the EventID of a record, which may carry qualifiers.
function number(event) {
  let id = event?.Event?.System?.EventID;
  if (id !== null && typeof id === "object") id = id.Value ?? id["#text"] ?? id._;
  return id === undefined ? "" : String(id);
}

let records = 0;
let withoutNumber = 0;
const found = [];
for (const path of args) {
  const fd = fs.openSync(path, "r");
  const size = fs.fstatSync(fd).size;
  const source = {
    size,
    readAt(offset, length) {
      const buffer = Buffer.allocUnsafe(Math.min(length, size - offset));
      fs.readSync(fd, buffer, 0, buffer.length, offset);
      return Promise.resolve(buffer);
    },
  };
  for await (const record of parseEvtxFileAsync(source)) {
    records++;
    const id = number(record.event);
    if (id === "") withoutNumber++;
    if (id === wanted) found.push(String(record.recordID));
  }
  fs.closeSync(fd);
}
let text = `${records} records`;
if (withoutNumber > 0) text += `, ${withoutNumber} without number`;
if (wanted !== null) text += `, event ${wanted}: ${found.join(" ") || "none"}`;
console.log(text);
