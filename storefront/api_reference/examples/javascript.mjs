const SHOP = process.env.SHOP ?? "{address}"
const KEY = process.env.LICENSE_KEY ?? "LPAL-…"
const FINGERPRINT = process.env.FINGERPRINT ?? "something that stays the same on this machine"

async function ask(path, body) {
  const answer = await fetch(SHOP + path, {
    method: "POST",
    headers: { "Content-Type": "application/vnd.api+json", Authorization: `License ${KEY}` },
    body: JSON.stringify(body),
  })
  return answer.json()
}

const check = () =>
  ask("/v1/licenses/actions/validate-key", { meta: { key: KEY, scope: { fingerprint: FINGERPRINT } } })

let found = await check()
if (["NO_MACHINE", "NO_MACHINES", "FINGERPRINT_SCOPE_MISMATCH"].includes(found.meta.code)) {
  const license = { data: { type: "licenses", id: found.data.id } }
  const attributes = { fingerprint: FINGERPRINT, name: "This machine" }
  await ask("/v1/machines", { data: { type: "machines", attributes, relationships: { license } } })
  found = await check()
}
console.log(found.meta.code)
