using System.Net;

namespace Reeve.Flexera.Network;

/// <summary>Which hosts a template may reach.</summary>
/// <param name="allowed">Names, or <c>*.example.com</c> for all below one; empty: every host but those that are always refused.</param>
internal sealed class HostRules(IReadOnlyCollection<string> allowed)
{
    private static readonly HashSet<string> _metadata = new(StringComparer.OrdinalIgnoreCase)
    {
        "metadata.google.internal", "metadata", "instance-data", "instance-data.ec2.internal",
    };

    private static readonly HashSet<IPAddress> _metadataAddresses =
    [
        IPAddress.Parse("100.100.100.200"), IPAddress.Parse("192.0.0.192"), IPAddress.Parse("fd00:ec2::254"),
        IPAddress.Parse("fd20:ce::254"),
    ];

    /// <summary>Why that host may not be reached, or null.</summary>
    public string? Refuse(string host)
    {
        var name = host.Trim('[', ']').TrimEnd('.');
        if (_metadata.Contains(name) || (IPAddress.TryParse(name, out var address) && IsRefused(address)))
        {
            return $"`{host}` is a metadata or link-local address, which no template may reach";
        }

        return allowed.Count == 0 || allowed.Any(a => Matches(a, name)) ? null : $"`{host}` is not in the list of allowed hosts";
    }

    /// <summary>Addresses that are refused whatever name led to them.</summary>
    public static bool IsRefused(IPAddress address)
    {
        var real = Embedded(address) ?? address;
        return real.IsIPv6LinkLocal || _metadataAddresses.Contains(real)
            || (real.GetAddressBytes() is [169, 254, _, _]) || real.Equals(IPAddress.Any) || real.Equals(IPAddress.IPv6Any);
    }

    // the IPv4 address that one of IPv6 leads to: mapped, compatible, translated (64:ff9b::/96), 6to4 (2002::/16)
    private static IPAddress? Embedded(IPAddress address) => address.GetAddressBytes() switch
    {
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, var a, var b, var c, var d] => new IPAddress([a, b, c, d]),
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, var a and not 0, var b, var c, var d] => new IPAddress([a, b, c, d]),
        [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0, var a, var b, var c, var d] => new IPAddress([a, b, c, d]),
        [0x20, 0x02, var a, var b, var c, var d, _, _, _, _, _, _, _, _, _, _] => new IPAddress([a, b, c, d]),
        _ => null,
    };

    private static bool Matches(string pattern, string host) => pattern.StartsWith("*.", StringComparison.Ordinal)
        ? host.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase)
        : string.Equals(pattern, host, StringComparison.OrdinalIgnoreCase);
}
