"use strict";
// The page allows no text to become markup or script (require-trusted-types-for);
// the one exception is the address of its own worker. Browsers without trusted
// types know the other rules of the policy only.
const trusted = globalThis.trustedTypes?.createPolicy("playground", { createScriptURL: (address) => address }) ?? { createScriptURL: (address) => address };

// make is an element with attributes and children; texts are never markup.
function make(name, attributes = {}, ...children) {
  const e = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) e.addEventListener(key.slice(2), value);
    else if (key === "class") e.className = value;
    else e.setAttribute(key, value);
  }
  e.append(...children.filter((c) => c !== null && c !== ""));
  return e;
}

const byID = (id) => document.getElementById(id);
