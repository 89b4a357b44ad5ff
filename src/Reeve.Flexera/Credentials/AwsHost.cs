using System.Text.RegularExpressions;

namespace Reeve.Flexera.Credentials;

/// <summary>The service and the region that the name of a host of AWS says.</summary>
internal static partial class AwsHost
{
    private static readonly string[] _suffixes =
        [".api.amazonwebservices.com.cn", ".amazonaws.com.cn", ".amazonaws.com", ".api.aws", ".on.aws"];

    // names of hosts that are not the names which signatures know; of all others the last part is the service
    private static readonly Dictionary<string, string> _services = new(StringComparer.Ordinal)
    {
        ["api.fleethub.iot"] = "iotfleethub",
        ["api.tunneling.iot"] = "IoTSecuredTunneling",
        ["appconfigdata"] = "appconfig",
        ["appstream2"] = "appstream",
        ["appsync-api"] = "appsync",
        ["backupstorage"] = "backup-storage",
        ["bedrock-agent"] = "bedrock",
        ["bedrock-agent-runtime"] = "bedrock",
        ["bedrock-runtime"] = "bedrock",
        ["catalog.marketplace"] = "aws-marketplace",
        ["cloudhsmv2"] = "cloudhsm",
        ["contact-lens"] = "connect",
        ["data-ats.iot"] = "iotdata",
        ["data.iot"] = "iotdata",
        ["data.jobs.iot"] = "iot-jobs-data",
        ["deviceservices.mobiletargeting"] = "mobiletargeting",
        ["email"] = "ses",
        ["entitlement.marketplace"] = "aws-marketplace",
        ["forecastquery"] = "forecast",
        ["git-codecommit"] = "codecommit",
        ["greengrass-ats.iot"] = "greengrass",
        ["identity-chime"] = "chime",
        ["lambda-url"] = "lambda",
        ["media-pipelines-chime"] = "chime",
        ["meetings-chime"] = "chime",
        ["memory-db"] = "memorydb",
        ["messaging-chime"] = "chime",
        ["metering.marketplace"] = "aws-marketplace",
        ["models-v2-lex"] = "lex",
        ["oidc"] = "awsssooidc",
        ["pinpoint"] = "mobiletargeting",
        ["portal.sso"] = "awsssoportal",
        ["queue"] = "sqs",
        ["runtime-v2-lex"] = "lex",
        ["servicecatalog-appregistry"] = "servicecatalog",
        ["transcribestreaming"] = "transcribe",
        ["voice-chime"] = "chime",
    };

    private static readonly HashSet<string> _chineseGlobal =
        new(StringComparer.Ordinal) { "budgets", "ce", "cloudfront", "organizations", "route53", "health" };

    public static (string Service, string Region) Of(string host)
    {
        var name = host.Split(':')[0].TrimEnd('.').ToLowerInvariant();
        if (Array.Find(_suffixes, s => name.EndsWith(s, StringComparison.Ordinal)) is not { } suffix)
        {
            // whatever else is signed this way speaks the protocol of S3: object stores of other houses
            return ("s3", name.Split('.').FirstOrDefault(p => Region().IsMatch(p) || OtherRegion().IsMatch(p)) ?? "us-east-1");
        }

        var parts = name[..^suffix.Length].Split('.').ToList();
        if (parts[^1] == "vpce")
        {
            parts.RemoveAt(parts.Count - 1);
        }

        // a bucket stands before the service, and may be called like one; old names of S3 hold the region with a hyphen
        var isChinese = suffix.EndsWith(".cn", StringComparison.Ordinal);
        if (parts.FindLastIndex(IsStorage) is var at and >= 0
            && (at == parts.Count - 1 || Region().IsMatch(parts[^1])))
        {
            var said = at < parts.Count - 1 ? parts[^1] : parts[at] is "s3" ? "" : parts[at][3..];
            return ("s3", Region().IsMatch(said) ? said : isChinese ? "cn-north-1" : "us-east-1");
        }

        var region = "";
        if (parts.FindLastIndex(p => Region().IsMatch(p)) is var place and >= 0)
        {
            region = parts[place];
            parts.RemoveAt(place);
        }
        else if (parts.Remove("us-gov"))
        {
            region = "us-gov-west-1";
        }

        var service = Service(parts.ConvertAll(p => p.EndsWith("-fips", StringComparison.Ordinal) ? p[..^5] : p));
        return (service, region.Length > 0 ? region : !isChinese ? "us-east-1" : _chineseGlobal.Contains(service) ? "cn-northwest-1"
            : "cn-north-1");
    }

    private static bool IsStorage(string part) => part == "s3"
        || (part.StartsWith("s3-", StringComparison.Ordinal) && !part.StartsWith("s3-outposts", StringComparison.Ordinal)
            && !part.StartsWith("s3-object-lambda", StringComparison.Ordinal));

    private static string Service(List<string> parts)
    {
        parts.RemoveAll(p => p is "dualstack" or "fips");
        for (var count = Math.Min(parts.Count, 3); count > 0; count--)
        {
            if (_services.GetValueOrDefault(string.Join('.', parts[^count..])) is { } known)
            {
                return known;
            }
        }

        return parts.Count == 0 ? "" : parts[^1].StartsWith("s3express-", StringComparison.Ordinal) ? "s3express" : parts[^1];
    }

    [GeneratedRegex("^[a-z]{2,4}(-[a-z]+)+-[0-9]+$")]
    private static partial Regex Region();

    [GeneratedRegex("^oss-[a-z]{2}(-[a-z0-9]+)+$")]
    private static partial Regex OtherRegion();
}
