using System.Security.Cryptography;
using System.Text;
using Reeve.Flexera.Network;
using Reeve.Languages.Data;
using Reeve.TestKit;

namespace Reeve.Flexera.Tests;

public sealed class SecretTests
{
    private const string Text = """
        credentials "o" do
          schemes "oauth2"
          label "o"
        end
        credentials "j" do
          schemes "oauth2"
          label "j"
        end
        credentials "b" do
          schemes "basic"
          label "b"
        end
        credentials "k" do
          schemes "api_key"
          label "k"
        end
        credentials "s" do
          schemes "aws", "aws_sts"
          label "s"
        end
        credentials "c" do
          schemes "oracle"
          label "c"
        end
        parameter "param_hidden" do
          type "string"
          label "h"
          no_echo true
        end
        datasource "o" do
          request do
            auth $o
            host "o.example.com"
            query "hidden", $param_hidden
          end
        end
        datasource "j" do
          request do
            auth $j
            host "j.example.com"
          end
        end
        datasource "b" do
          request do
            auth $b
            host "b.example.com"
          end
        end
        datasource "k" do
          request do
            auth $k
            host "k.example.com"
          end
        end
        datasource "s" do
          request do
            auth $s
            host "ec2.eu-west-1.amazonaws.com"
          end
        end
        datasource "c" do
          request do
            auth $c
            host "c.example.com"
            verb "POST"
            body_field "hidden", $param_hidden
          end
        end
        datasource "own" do
          request do
            host "own.example.com"
          end
        end
        datasource "then" do
          request do
            host "then.example.com"
            verb "POST"
            header "X-Own", val($own, "access_token")
            body_field "with", val($own, "access_token")
          end
        end
        datasource "all" do
          run_script $js, $o, $j, $b, $k, $s, $c, $then
        end
        script "js", type: "javascript" do
          parameters "o", "j", "b", "k", "s", "c", "t"
          result "r"
          code <<-'EOS'
          console.log(JSON.stringify([o, j, b, k, s, c]))
          r = [o, j, b, k, s, c]
          EOS
        end
        policy "p" do
          validate $all do
            summary_template "{{ . }}"
            detail_template "{{ range data }}{{ . }}{{ end }}"
            check false
            export do
              field "headers" do
                label "h"
              end
            end
          end
        end
        """;

    // every form of every secret that a service could have been sent, and what was exchanged for it
    private static readonly string[] _secrets =
    [
        "client+secret/äö 1", "exchanged-token-é42", "assertion-token-77", "pa:ss wörd&99", "api/key=abc123", "aws+secret/key1234567",
        "sts+secret/key7654321", "sts/session+token==", "hidden-param-value-5", "own-access-token-8",
    ];

    [Fact]
    public async Task No_secret_is_in_the_output_or_the_recording_whatever_a_service_sends_back()
    {
        using var folder = new TempFolder();
        using var key = RSA.Create(2048);
        var pem = key.ExportPkcs8PrivateKeyPem();
        var signatures = new List<string>();
        var report = await Runs.OneAsync(Text, r => Answer(r, signatures), Credentials(pem), o => o with
        {
            RecordTo = folder.Path,
            Parameters = new Dictionary<string, string> { ["param_hidden"] = "hidden-param-value-5" },
        });
        Assert.Empty(report.Errors);
        Assert.Equal(8, Directory.GetFiles(folder.Path).Length);
        var kept = Directory.GetFiles(folder.Path).Select(f => (Path.GetFileName(f), File.ReadAllText(f))).ToList();
        var shown = JsonData.Write(report.ToData(true)) + string.Join('\n', report.Console);
        Assert.Contains(Secrets.Removed, shown, StringComparison.Ordinal);
        foreach (var secret in _secrets.Concat(pem.Split('\n').Where(l => l.Length > 30)))
        {
            foreach (var form in SecretForms.Of(secret).Append(Convert.ToBase64String(Encoding.UTF8.GetBytes(secret))))
            {
                Assert.All(kept, k => Assert.False(k.Item2.Contains(form, StringComparison.Ordinal), $"{form} in {k.Item1}: {k.Item2}"));
                Assert.False(
                    secret is not ("hidden-param-value-5" or "own-access-token-8") && shown.Contains(form, StringComparison.Ordinal),
                    $"{form} in {shown}");
            }
        }

        Assert.Equal(2, signatures.Count(s => s.Contains("ignature=", StringComparison.Ordinal)));
        Assert.All(signatures, s => Assert.All(kept, k => Assert.DoesNotContain(s, k.Item2, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_recording_without_its_secrets_is_replayed_all_the_same()
    {
        using var folder = new TempFolder();
        using var key = RSA.Create(2048);
        var parameters = new Dictionary<string, string> { ["param_hidden"] = "hidden-param-value-5" };
        var first = await Runs.OneAsync(
            Text, r => Answer(r, []), Credentials(key.ExportPkcs8PrivateKeyPem()),
            o => o with { RecordTo = folder.Path, Parameters = parameters });
        var second = await Runs.OneAsync(
            Text, _ => HttpReply.CutOff, "{}", o => o with { ReplayFrom = folder.Path, Parameters = parameters });
        Assert.Empty(second.Errors);
        Assert.Equal(first.Incidents[0].Violations.Count, second.Incidents[0].Violations.Count);
    }

    [Fact]
    public async Task A_secret_is_removed_from_one_row_among_many()
    {
        using var report = await Runs.OneAsync(
            Runs.Template(request: "auth $a", more: "credentials \"a\" do\nschemes \"oauth2\"\nlabel \"a\"\nend"),
            r => HttpReply.With(200, "[" + string.Concat(Enumerable.Range(0, 50_000).Select(i => $"{{\"n\":{i},\"x\":\"row\"}},"))
                + $"{{\"n\":-1,\"x\":{JsonData.Write(r.Headers["Authorization"])}}}]"), "a: { token: very-secret-token-123 }");
        var text = JsonData.Write(report.ToData(false));
        Assert.Empty(report.Errors);
        Assert.Contains("{\"n\":49999,\"x\":\"row\"},{\"n\":-1,\"x\":\"Bearer (removed)\"}", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pass", "pass", "(removed)")]
    [InlineData("pass", "bypass compass pass,passed", "bypass compass (removed),passed")]
    [InlineData("pass", "a pass", "a (removed)")]
    [InlineData("abc", "abc", "abc")]
    [InlineData("longer-secret", "xlonger-secretx", "x(removed)x")]
    [InlineData("longer secret", "q=longer+secret&r=longer%20secret", "q=(removed)&r=(removed)")]
    [InlineData("se/cret+x", "q=se%2fcret%2bx", "q=(removed)")]
    [InlineData("a\"b\\c-secret", "{\"x\":\"a\\\"b\\\\c-secret\"}", "{\"x\":\"(removed)\"}")]
    [InlineData("a<b&c-secret", "<x>a&lt;b&amp;c-secret</x>", "<x>(removed)</x>")]
    public void A_short_secret_is_removed_where_it_stands_alone_and_a_long_one_everywhere(string secret, string text, string clean)
    {
        var secrets = new Secrets();
        secrets.Add(secret);
        Assert.Equal(clean, secrets.Remove(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("u")]
    [InlineData("us")]
    [InlineData("user:")]
    public void A_secret_in_base64_is_found_wherever_it_begins(string before)
    {
        var secrets = new Secrets();
        secrets.Add("very-secret-value");
        var clean = secrets.Remove(Convert.ToBase64String(Encoding.UTF8.GetBytes(before + "very-secret-value" + "after")));
        Assert.Contains(Secrets.Removed, clean, StringComparison.Ordinal);
        Assert.True(clean.Length < Secrets.Removed.Length + 20, clean);
    }

    [Theory]
    [InlineData("secret", "a secret place")]
    [InlineData("password", "the password is old")]
    [InlineData("production", "production")]
    public void What_may_be_in_data_by_chance_stays_there(string secret, string data)
    {
        var secrets = new Secrets();
        secrets.Add(secret);
        Assert.Equal(data, secrets.RemoveFromData(data));
    }

    private static HttpReply Answer(ReceivedRequest request, List<string> signatures)
    {
        var host = request.Headers["X-Forwarded-Host"];
        var authorization = request.Headers.GetValueOrDefault("Authorization", "");
        if (authorization.Contains("ignature=", StringComparison.Ordinal) && !host.StartsWith("sts.", StringComparison.Ordinal))
        {
            lock (signatures)
            {
                signatures.Add(authorization[authorization.LastIndexOf("ignature=", StringComparison.Ordinal)..]);
            }
        }

        return HttpReply.With(200, host switch
        {
            "login.example.com" when request.Text.Contains("assertion", StringComparison.Ordinal) =>
                "{\"access_token\":\"assertion-token-77\"}",
            "login.example.com" => "{\"access_token\":\"exchanged-token-é42\"}",
            "sts.amazonaws.com" => "<A><Credentials><AccessKeyId>ASIA1</AccessKeyId><SecretAccessKey>sts+secret/key7654321"
                + "</SecretAccessKey><SessionToken>sts/session+token==</SessionToken></Credentials></A>",
            "own.example.com" => "{\"access_token\":\"own-access-token-8\"}",

            // as a service for trying things out does: all that it was sent
            _ => JsonData.Write(new OrderedDictionary<string, object?>
            {
                ["url"] = request.Path + request.Query,
                ["headers"] = request.Headers.Where(h => !h.Value.Contains("ignature=", StringComparison.Ordinal))
                    .Select(h => (object?)$"{h.Key}: {h.Value}").ToList(),
                ["body"] = request.Text,
            }),
        });
    }

    private static string Credentials(string pem) => $$"""
        o: { grant: client_credentials, token_url: "https://login.example.com/t", client_id: id, client_secret: "client+secret/äö 1" }
        j:
          grant: jwt_bearer
          token_url: https://login.example.com/t
          issuer: me
          private_key: |
            {{pem.Replace("\n", "\n    ", StringComparison.Ordinal)}}
        b: { username: me, password: "pa:ss wörd&99" }
        k: { location: query, field: key, key: "api/key=abc123" }
        s: { access_key: AKIDEXAMPLE, secret_key: "aws+secret/key1234567", role_arn: "arn:aws:iam::1:role/r" }
        c:
          tenancy: t
          user: u
          fingerprint: f
          private_key: |
            {{pem.Replace("\n", "\n    ", StringComparison.Ordinal)}}
        """;
}
