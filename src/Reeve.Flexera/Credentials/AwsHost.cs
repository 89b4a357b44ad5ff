using System.Text.RegularExpressions;

namespace Reeve.Flexera.Credentials;

/// <summary>The service and the region that the name of a host of AWS says.</summary>
internal static partial class AwsHost
{
    private static readonly Dictionary<string, string> _services = new(StringComparer.Ordinal)
    {
        ["email"] = "ses",
        ["monitoring"] = "monitoring",
        ["api.ecr"] = "ecr",
        ["api.pricing"] = "pricing",
        ["api.sagemaker"] = "sagemaker",
        ["entitlement.marketplace"] = "aws-marketplace",
        ["metering.marketplace"] = "aws-marketplace",
        ["queue"] = "sqs",
    };

    public static (string Service, string Region) Of(string host)
    {
        var name = host.Split(':')[0].ToLowerInvariant();
        var suffix = name.EndsWith(".amazonaws.com.cn", StringComparison.Ordinal) ? ".amazonaws.com.cn"
            : name.EndsWith(".api.aws", StringComparison.Ordinal) ? ".api.aws" : ".amazonaws.com";
        if (!name.EndsWith(suffix, StringComparison.Ordinal))
        {
            // whatever else is signed this way speaks the protocol of S3: object stores of other houses
            return ("s3", name.Split('.').FirstOrDefault(p => Region().IsMatch(p) || OtherRegion().IsMatch(p)) ?? "us-east-1");
        }

        var parts = name[..^suffix.Length].Split('.').ToList();
        var region = suffix.EndsWith(".cn", StringComparison.Ordinal) ? "cn-north-1" : "us-east-1";

        // a bucket stands before the service, and old names of S3 hold the region with a hyphen
        if (parts.FindIndex(p => p == "s3" || p.StartsWith("s3-", StringComparison.Ordinal)) is var at and >= 0)
        {
            var said = parts[^1] != parts[at] ? parts[^1] : parts[at].StartsWith("s3-", StringComparison.Ordinal) ? parts[at][3..] : "";
            return ("s3", Region().IsMatch(said) ? said : region);
        }

        if (parts.FindIndex(p => Region().IsMatch(p)) is var place and >= 0)
        {
            region = parts[place];
            parts.RemoveAt(place);
        }

        var service = string.Join('.', parts);
        return (_services.GetValueOrDefault(service) ?? (parts.Count > 0 ? parts[^1] : ""), region);
    }

    [GeneratedRegex("^[a-z]{2}(-[a-z]+)+-[0-9]+$")]
    private static partial Regex Region();

    [GeneratedRegex("^oss-[a-z]{2}(-[a-z0-9]+)+$")]
    private static partial Regex OtherRegion();
}
