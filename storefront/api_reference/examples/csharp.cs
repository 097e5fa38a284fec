using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

string Setting(string name, string usual) => Environment.GetEnvironmentVariable(name) ?? usual;

var shop = Setting("SHOP", "{address}");
var key = Setting("LICENSE_KEY", "LPAL-…");
var fingerprint = Setting("FINGERPRINT", "something that stays the same on this machine");

using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("License", key);

async Task<JsonNode> Ask(string path, object body)
{
    var sent = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/vnd.api+json");
    using var answer = await http.PostAsync(shop + path, sent);
    return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
}

Task<JsonNode> Check() =>
    Ask("/v1/licenses/actions/validate-key", new { meta = new { key, scope = new { fingerprint } } });

var found = await Check();
var code = (string)found["meta"]!["code"]!;
if (code is "NO_MACHINE" or "NO_MACHINES" or "FINGERPRINT_SCOPE_MISMATCH")
{
    var license = new { data = new { type = "licenses", id = (string)found["data"]!["id"]! } };
    var attributes = new { fingerprint, name = "This machine" };
    await Ask("/v1/machines", new { data = new { type = "machines", attributes, relationships = new { license } } });
    found = await Check();
}
Console.WriteLine((string)found["meta"]!["code"]!);
