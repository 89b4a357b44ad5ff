using System.Text;
using System.Text.RegularExpressions;
using Reeve.Flexera.Network;
using Reeve.Flexera.Requests;
using Reeve.Languages.XPath;

namespace Reeve.Flexera.Credentials;

/// <summary>The keys that requests to AWS are signed with: those of the credential, or the temporary ones of a role.</summary>
internal sealed partial class RoleSource(Sender sender, Secrets secrets, TimeProvider time)
{
    private static readonly XPathProgram _keys = XPathProgram.Parse("//Credentials").Program!;

    private readonly SemaphoreSlim _one = new(1);
    private readonly Dictionary<string, AwsKeys> _known = new(StringComparer.Ordinal);

    /// <summary>With an account number the role of that name in that account.</summary>
    public async Task<AwsKeys> KeysAsync(CredentialFields fields, string account, CancellationToken cancellationToken)
    {
        var own = new AwsKeys(fields.Needed("access_key"), fields.Needed("secret_key"), fields.Text("session_token"));
        if (!fields.Has("role_arn"))
        {
            return own;
        }

        var role = fields.Text("role_arn");
        role = account.Length > 0 ? AccountOfRole().Replace(role, $"::{account.Replace("-", "", StringComparison.Ordinal)}:") : role;
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (!_known.TryGetValue($"{fields.Name}\n{role}", out var keys))
            {
                keys = await AssumeAsync(fields, own, role, cancellationToken);
                _known[$"{fields.Name}\n{role}"] = keys;
            }

            return keys;
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<AwsKeys> AssumeAsync(CredentialFields fields, AwsKeys own, string role, CancellationToken cancellationToken)
    {
        var query = new List<KeyValuePair<string, string>>
        {
            new("Action", "AssumeRole"),
            new("Version", "2011-06-15"),
            new("RoleArn", role),
            new("RoleSessionName", fields.Has("role_session_name") ? fields.Text("role_session_name") : "reeve"),
        };
        if (fields.Has("external_id"))
        {
            query.Add(new("ExternalId", fields.Text("external_id")));
        }

        if (fields.Has("policy_json"))
        {
            query.Add(new("Policy", fields.Text("policy_json")));
        }

        var (host, region) = fields.Has("region") ? ($"sts.{fields.Text("region")}.amazonaws.com", fields.Text("region"))
            : ("sts.amazonaws.com", "us-east-1");
        var request = new Outgoing("GET", RequestAddress.Make("https", host, "/", query));
        try
        {
            var answer = await sender.SendAsync(request, (signed, _) =>
            {
                AwsSignature.Sign(signed, own, region, "sts", time.GetUtcNow());
                return Task.CompletedTask;
            }, [], new RequestPlace(fields.Name, -1, 0), cancellationToken);
            return answer.Status is >= 200 and < 300 ? Read(fields, answer.Text) : throw new SigningFault(
                $"credentials `{fields.Name}`: signing failed: the role was refused with HTTP status {answer.Status}");
        }
        catch (TrafficFault fault)
        {
            throw new SigningFault($"credentials `{fields.Name}`: signing failed: {fault.Message}");
        }
    }

    private AwsKeys Read(CredentialFields fields, string text)
    {
        if (XmlData.TryParse(text, out _) is not { } xml || _keys.Evaluate(xml).Values is not [XmlData found, ..])
        {
            throw new SigningFault($"credentials `{fields.Name}`: signing failed: the answer holds no keys");
        }

        string Part(string name) => XPathProgram.Parse(name).Program!.Evaluate(found).Values is [XmlData part, ..] ? part.Text : "";
        var keys = new AwsKeys(Part("AccessKeyId"), Part("SecretAccessKey"), Part("SessionToken"));
        secrets.Add(keys.SecretKey);
        secrets.Add(keys.SessionToken);
        return keys;
    }

    [GeneratedRegex("::[0-9]+:")]
    private static partial Regex AccountOfRole();
}
