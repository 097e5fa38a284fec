// Where an answer of this shop becomes a page from which parts are taken. Browsers that know trusted types let text become
// markup here and nowhere else.

const policy = globalThis.trustedTypes?.createPolicy("licensepal", { createHTML: (text) => text });

export function read(text) {
  return new DOMParser().parseFromString(policy ? policy.createHTML(text) : text, "text/html");
}
