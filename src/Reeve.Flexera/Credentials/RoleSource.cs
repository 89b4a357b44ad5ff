using System.Globalization;
using System.Text.RegularExpressions;
using Reeve.Flexera.Network;
using Reeve.Flexera.Requests;
using Reeve.Languages.XPath;

namespace Reeve.Flexera.Credentials;

/// <summary>The keys that requests to AWS are signed with: those of the credential, or the temporary ones of a role.</summary>
internal sealed partial class RoleSource(Sender sender, Secrets secrets, TimeProvider time)
{
    private static readonly TimeSpan _unsaid = TimeSpan.FromMinutes(15);

    private readonly Kept<AwsKeys> _kept = new(time);

    /// <summary>With an account number the role of that name in that account.</summary>
    public async Task<AwsKeys> KeysAsync(CredentialFields fields, string account, CancellationToken cancellationToken)
    {
        var own = new AwsKeys(fields.Needed("access_key"), fields.Needed("secret_key"), fields.Text("session_token"));
        if (!fields.Has("role_arn"))
        {
            return own;
        }

        var role = fields.Text("role_arn");
        if (!Role().IsMatch(role))
        {
            throw fields.Wrong($"`role_arn` is `{role}`, which is no role; write arn:aws:iam::123456789012:role/NAME");
        }

        role = account.Length > 0 ? AccountOfRole().Replace(role, $"::{Number(fields, account)}:") : role;
        return await _kept.GetAsync($"{fields.Name}\n{role}", () => AssumeAsync(fields, own, role, cancellationToken), cancellationToken);
    }

    // a parameter that is a number has lost the zeros in front
    private static string Number(CredentialFields fields, string account)
    {
        var digits = account.Replace("-", "", StringComparison.Ordinal).Trim();
        return digits.Length is > 0 and <= 12 && digits.All(char.IsAsciiDigit) ? digits.PadLeft(12, '0') : throw new SigningFault(
            $"credentials `{fields.Name}`: signing failed: `aws_account_number` is `{account}`, which is no account number");
    }

    private async Task<(AwsKeys Keys, TimeSpan Valid)> AssumeAsync(
        CredentialFields fields, AwsKeys own, string role, CancellationToken cancellationToken)
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

        var (host, region) = Place(fields.Text("region"), role.Split(':')[1]);
        var request = new Outgoing("GET", RequestAddress.Make("https", host, "/", query)) { IsExchange = true };
        try
        {
            var answer = await sender.SendAsync(request, (signed, _) =>
            {
                AwsSignature.Sign(signed, own, region, "sts", time.GetUtcNow());
                return Task.CompletedTask;
            }, [], new RequestPlace(fields.Name, -1, 0), cancellationToken);
            return answer.Status is >= 200 and < 300 ? Read(fields, answer.Text) : throw Failed(
                fields, $"the role `{role}` was refused with HTTP status {answer.Status}{Said(answer.Text)}");
        }
        catch (TrafficFault fault)
        {
            throw Failed(fields, $"{host}: {fault.Message}");
        }
    }

    private static (string Host, string Region) Place(string region, string partition) => (region, partition) switch
    {
        ("", "aws-cn") => ("sts.cn-north-1.amazonaws.com.cn", "cn-north-1"),
        ("", "aws-us-gov") => ("sts.us-gov-west-1.amazonaws.com", "us-gov-west-1"),
        ("", _) => ("sts.amazonaws.com", "us-east-1"),
        _ when region.StartsWith("cn-", StringComparison.Ordinal) => ($"sts.{region}.amazonaws.com.cn", region),
        _ => ($"sts.{region}.amazonaws.com", region),
    };

    private (AwsKeys Keys, TimeSpan Valid) Read(CredentialFields fields, string text)
    {
        var xml = XmlData.TryParse(text, out _);
        var keys = new AwsKeys(
            Part(xml, "//Credentials/AccessKeyId"), Part(xml, "//Credentials/SecretAccessKey"), Part(xml, "//Credentials/SessionToken"));
        if (keys.AccessKey.Length == 0 || keys.SecretKey.Length == 0 || keys.SessionToken.Length == 0)
        {
            throw Failed(fields, "the answer holds no keys");
        }

        secrets.Add(keys.SecretKey);
        secrets.Add(keys.SessionToken);
        var valid = DateTimeOffset.TryParse(
            Part(xml, "//Credentials/Expiration"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var end)
            ? end - time.GetUtcNow() : _unsaid;
        return (keys, valid > TimeSpan.Zero ? valid : TimeSpan.Zero);
    }

    private string Said(string text)
    {
        var xml = XmlData.TryParse(text, out _);
        var words = new[] { Part(xml, "//Error/Code"), Part(xml, "//Error/Message") }.Where(w => w.Length > 0);
        var said = string.Concat(secrets.Remove(string.Join(": ", words)).Select(c => char.IsControl(c) ? ' ' : c)).Trim().TrimEnd('.');
        return said.Length == 0 ? "" : $": {(said.Length > 300 ? said[..300] + "…" : said)}";
    }

    private static string Part(XmlData? xml, string path) =>
        xml is not null && XPathProgram.Parse(path).Program!.Evaluate(xml).Values is [XmlData part, ..] ? part.Text.Trim() : "";

    private static SigningFault Failed(CredentialFields fields, string why) => new($"credentials `{fields.Name}`: signing failed: {why}");

    [GeneratedRegex("^arn:aws[a-z-]*:iam::[0-9]+:role/.+$")]
    private static partial Regex Role();

    [GeneratedRegex("::[0-9]+:")]
    private static partial Regex AccountOfRole();
}
