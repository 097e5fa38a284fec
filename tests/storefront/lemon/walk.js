// What a shipped program does with the published client; its server's address alone is another one.
import { activateLicense, deactivateLicense, validateLicense } from "@lemonsqueezy/lemonsqueezy.js"

const { SHOP, LICENSE_KEY } = process.env
const real = globalThis.fetch
globalThis.fetch = (address, given) => real(String(address).replace("https://api.lemonsqueezy.com", SHOP), given)

const first = await activateLicense(LICENSE_KEY, "Kiln one")
const id = first.data.instance.id
const found = [
  ["activate", first],
  ["validate", await validateLicense(LICENSE_KEY)],
  ["validate instance", await validateLicense(LICENSE_KEY, id)],
  ["second", await activateLicense(LICENSE_KEY, "Kiln two")],
  ["third", await activateLicense(LICENSE_KEY, "Kiln three")],
  ["too many", await activateLicense(LICENSE_KEY, "Kiln four")],
  ["deactivate", await deactivateLicense(LICENSE_KEY, id)],
  ["gone instance", await validateLicense(LICENSE_KEY, id)],
  ["unknown key", await validateLicense("LPAL-00000")],
]
const said = found.map(([name, one]) => [name, { status: one.statusCode, error: one.error?.message ?? null, data: one.data }])
console.log(JSON.stringify(Object.fromEntries(said)))
