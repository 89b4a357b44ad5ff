using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins.Certificates;

/// <summary>Chains of certificates from a leaf to a root that is trusted because it was given first.</summary>
internal static class Chains
{
    private const int AnyUsage = 0;

    private const int ServerUsage = 1;

    private static readonly string[] UsageNames =
    [
        "KeyUsageAny", "KeyUsageServerAuth", "KeyUsageClientAuth", "KeyUsageCodeSigning", "KeyUsageEmailProtection",
        "KeyUsageIPSECEndSystem", "KeyUsageIPSECTunnel", "KeyUsageIPSECUser", "KeyUsageTimeStamping", "KeyUsageOCSPSigning",
        "KeyUsageMicrosoftServerGatedCrypto",
        "KeyUsageNetscapeServerGatedCrypto", "KeyUsageMicrosoftCommercialCodeSigning", "KeyUsageMicrosoftKernelCodeSigning",
    ];

    // SHA-1 and older, which Go no longer takes from others than roots
    private static readonly long[] Weak = [1, 2, 3, 7, 9];

    /// <summary>What to verify for; fails when a member is unknown or of the wrong type.</summary>
    public static Wanted Options(ObjectValue options, DateTimeOffset now)
    {
        var wanted = new Wanted(null, now, [ServerUsage]);
        foreach (var (key, value) in options)
        {
            wanted = (key as StringValue)?.Text switch
            {
                null => wanted,
                "DNSName" => wanted with
                {
                    Host = (value as StringValue)?.Text.Trim('"') ?? throw Operand.Failed("'DNSName' should be a string"),
                },
                "CurrentTime" => wanted with { Time = Time(value) ?? wanted.Time },
                "MaxConstraintComparisons" => Bounded(wanted, value),
                "KeyUsages" => Uses(value) is { Count: > 0 } uses ? wanted with { Usages = uses } : wanted,
                _ => throw Operand.Failed("invalid key option"),
            };
        }

        return wanted;
    }

    /// <summary>What is verified when nothing is said.</summary>
    public static Wanted Usual(DateTimeOffset now) => new(null, now, [ServerUsage]);

    /// <summary>The chain from the last certificate to the first; null when there is none that holds.</summary>
    public static List<Certificate>? Verify(List<Certificate> certificates, Wanted wanted)
    {
        if (certificates.Count < 2)
        {
            return null;
        }

        var loaded = new List<X509Certificate2>();
        try
        {
            loaded.AddRange(certificates.Select(one => X509CertificateLoader.LoadCertificate(one.Raw.Span)));
            using var chain = new X509Chain();
            var policy = chain.ChainPolicy;
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.Add(loaded[0]);
            policy.ExtraStore.AddRange(loaded.Skip(1).SkipLast(1).ToArray());
            policy.RevocationMode = X509RevocationMode.NoCheck;
            policy.DisableCertificateDownloads = true;
            policy.VerificationTimeIgnored = false;
            policy.VerificationTime = wanted.Time.UtcDateTime;
            if (!chain.Build(loaded[^1]) || (wanted.Host is { Length: > 0 } host && !IsFor(loaded[^1], host)))
            {
                return null;
            }

            var found = chain.ChainElements.Select(element => certificates.First(
                one => one.Raw.Span.SequenceEqual(element.Certificate.RawDataMemory.Span))).ToList();
            return Serves(found, wanted.Usages) && found.SkipLast(1).All(IsStrong) && found.Skip(1).All(IsAuthority) ? found : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
        finally
        {
            loaded.ForEach(one => one.Dispose());
        }
    }

    private static bool IsStrong(Certificate certificate) =>
        certificate.Shown.Get("SignatureAlgorithm") is not NumberValue number || !number.TryGetInt64(out var kind) || !Weak.Contains(kind);

    private static bool IsAuthority(Certificate certificate) =>
        certificate.Shown.Get("BasicConstraintsValid") is BooleanValue { Boolean: true }
            ? certificate.Shown.Get("IsCA") is BooleanValue { Boolean: true }
            : !NumberValue.Of(3).Equals(certificate.Shown.Get("Version"));

    private static bool IsFor(X509Certificate2 leaf, string host)
    {
        host = host.StartsWith('[') && host.EndsWith(']') ? host[1..^1] : host;
        return (IPAddress.TryParse(host, out _) || Uri.CheckHostName(host) != UriHostNameType.Unknown)
            && leaf.MatchesHostname(host, allowWildcards: true, allowCommonName: false);
    }

    // one of the uses must be allowed by each certificate that names any
    private static bool Serves(List<Certificate> chain, IReadOnlyList<int> usages)
    {
        var left = usages.ToList();
        if (left.Contains(AnyUsage))
        {
            return true;
        }

        foreach (var one in chain.Where(one => one.Usages.Count > 0 && !one.Usages.Contains(AnyUsage)))
        {
            left.RemoveAll(usage => !one.Usages.Contains(usage));
        }

        return left.Count > 0;
    }

    private static DateTimeOffset? Time(Value value)
    {
        var nanoseconds = Whole(value, "CurrentTime", "int64 number");
        return nanoseconds == 0 ? null : DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / 100);
    }

    // the framework bounds the comparisons itself
    private static Wanted Bounded(Wanted wanted, Value value)
    {
        Whole(value, "MaxConstraintComparisons", "number");
        return wanted;
    }

    private static long Whole(Value value, string name, string kind) =>
        (value as NumberValue ?? throw Operand.Failed($"'{name}' should be a number")).TryGetInt64(out var whole)
            ? whole
            : throw Operand.Failed($"'{name}' should be a valid {kind}");

    private static List<int> Uses(Value value)
    {
        IEnumerable<Value> given = value switch
        {
            ArrayValue array => array,
            SetValue set => set,
            _ => throw Operand.Failed("'KeyUsages' should be an Array or Set"),
        };
        var texts = given.OfType<StringValue>().Select(text => text.Text.Trim('"')).ToList();
        var unknown = texts.Where(text => Array.IndexOf(UsageNames, text) < 0).ToList();
        return unknown.Count == 0
            ? texts.ConvertAll(text => Array.IndexOf(UsageNames, text))
            : throw Operand.Failed($"invalid entries for 'KeyUsages' found: [{string.Join(' ', unknown)}]");
    }

    /// <summary>What a chain must be good for: a host or none, a time, and one of some uses.</summary>
    public sealed record Wanted(string? Host, DateTimeOffset Time, IReadOnlyList<int> Usages);
}
