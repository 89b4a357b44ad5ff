using System.Formats.Asn1;
using System.Net;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins.Certificates;

/// <summary>The extensions of a certificate or of a request (RFC 5280, 4.2).</summary>
internal sealed class Extensions
{
    private static readonly string[] UsageIdentifiers =
    [
        "2.5.29.37.0", "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.3", "1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.5",
        "1.3.6.1.5.5.7.3.6", "1.3.6.1.5.5.7.3.7", "1.3.6.1.5.5.7.3.8", "1.3.6.1.5.5.7.3.9", "1.3.6.1.4.1.311.10.3.3",
        "2.16.840.1.113730.4.1", "1.3.6.1.4.1.311.2.1.22", "1.3.6.1.4.1.311.61.1.1",
    ];

    private static readonly string[] ConstraintFields =
    [
        "PermittedDNSDomains", "ExcludedDNSDomains", "PermittedIPRanges", "ExcludedIPRanges", "PermittedEmailAddresses",
        "ExcludedEmailAddresses", "PermittedURIDomains", "ExcludedURIDomains",
    ];

    private readonly List<Value> _all = [];
    private readonly List<Value> _unhandled = [];
    private readonly List<string> _unknownUsages = [];
    private readonly List<string> _policies = [];
    private readonly List<string> _status = [];
    private readonly List<string> _issuers = [];
    private readonly List<string> _lists = [];
    private readonly Dictionary<string, Value> _constraints = new(StringComparer.Ordinal);
    private bool _constraintsCritical;
    private bool _basic;
    private bool _isAuthority;
    private int _longestPath;
    private int _keyUsage;
    private ReadOnlyMemory<byte>? _subjectKey;
    private ReadOnlyMemory<byte>? _authorityKey;

    /// <summary>The alternative names.</summary>
    public Names.General Names { get; private set; } = new([], [], [], []);

    /// <summary>The uses of the key as Go's numbers; -1 for one that has none.</summary>
    public List<int> Usages { get; } = [];

    /// <summary>All of them, as they are.</summary>
    public Value All => GoJson.List(_all);

    public void Read(AsnReader sequence)
    {
        while (sequence.HasData)
        {
            var one = sequence.ReadSequence();
            var identifier = one.ReadObjectIdentifier();
            var critical = one.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && one.ReadBoolean();
            var bytes = one.ReadOctetString();
            _all.Add(GoJson.Fields(
                ("Id", GoJson.Identifier(identifier)), ("Critical", BooleanValue.Of(critical)), ("Value", GoJson.Bytes(bytes))));
            if (!Take(identifier, new AsnReader(bytes, AsnEncodingRules.BER), critical) && critical)
            {
                _unhandled.Add(GoJson.Identifier(identifier));
            }
        }
    }

    /// <summary>The members of Go's structure that come from extensions.</summary>
    public IEnumerable<(string Name, Value Value)> Shown() =>
    [
        ("KeyUsage", NumberValue.Of(_keyUsage)),
        ("Extensions", All),
        ("ExtraExtensions", NullValue.Instance),
        ("UnhandledCriticalExtensions", GoJson.List(_unhandled)),
        ("ExtKeyUsage", GoJson.List(Usages.Where(usage => usage >= 0).Select(Value (usage) => NumberValue.Of(usage)))),
        ("UnknownExtKeyUsage", GoJson.List(_unknownUsages.Select(GoJson.Identifier))),
        ("BasicConstraintsValid", BooleanValue.Of(_basic)),
        ("IsCA", BooleanValue.Of(_isAuthority)),
        ("MaxPathLen", NumberValue.Of(_longestPath)),
        ("MaxPathLenZero", BooleanValue.Of(_basic && _longestPath == 0)),
        ("SubjectKeyId", GoJson.Bytes(_subjectKey)),
        ("AuthorityKeyId", GoJson.Bytes(_authorityKey)),
        ("OCSPServer", GoJson.Texts(_status)),
        ("IssuingCertificateURL", GoJson.Texts(_issuers)),
        .. Certificates.Names.Alternatives(Names),
        ("PermittedDNSDomainsCritical", BooleanValue.Of(_constraintsCritical)),
        .. ConstraintFields.Select(field => (field, _constraints.GetValueOrDefault(field) ?? NullValue.Instance)),
        ("CRLDistributionPoints", GoJson.Texts(_lists)),
        ("PolicyIdentifiers", GoJson.List(_policies.Select(GoJson.Identifier))),
        ("Policies", GoJson.Texts(_policies)),
        ("InhibitAnyPolicy", NumberValue.Of(0)),
        ("InhibitAnyPolicyZero", BooleanValue.False),
        ("InhibitPolicyMapping", NumberValue.Of(0)),
        ("InhibitPolicyMappingZero", BooleanValue.False),
        ("RequireExplicitPolicy", NumberValue.Of(0)),
        ("RequireExplicitPolicyZero", BooleanValue.False),
        ("PolicyMappings", NullValue.Instance),
    ];

    private bool Take(string identifier, AsnReader reader, bool critical)
    {
        switch (identifier)
        {
            case "2.5.29.15":
                var bits = reader.ReadBitString(out _);
                for (var bit = 0; bit < Math.Min(9, bits.Length * 8); bit++)
                {
                    _keyUsage |= (bits[bit / 8] >> (7 - bit % 8) & 1) << bit;
                }

                return true;
            case "2.5.29.19":
                var basic = reader.ReadSequence();
                _basic = true;
                _isAuthority = basic.HasData && basic.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && basic.ReadBoolean();
                _longestPath = basic.HasData && basic.TryReadInt32(out var length) ? length : -1;
                return true;
            case "2.5.29.17":
                Names = Certificates.Names.Read(reader.ReadSequence());
                return Names.Hosts.Count + Names.Mails.Count + Names.Addresses.Count + Names.Numbers.Count > 0;
            case "2.5.29.30":
                Constrain(reader.ReadSequence());
                _constraintsCritical = critical;
                return true;
            case "2.5.29.31":
                Lists(reader.ReadSequence());
                return true;
            case "2.5.29.35":
                var authority = reader.ReadSequence();
                var id = new Asn1Tag(TagClass.ContextSpecific, 0);
                _authorityKey = authority.HasData && authority.PeekTag().HasSameClassAndValue(id) ? authority.ReadOctetString(id) : null;
                return true;
            case "2.5.29.37":
                Uses(reader.ReadSequence());
                return true;
            case "2.5.29.14":
                _subjectKey = reader.ReadOctetString();
                return true;
            case "2.5.29.32":
                for (var policies = reader.ReadSequence(); policies.HasData;)
                {
                    _policies.Add(policies.ReadSequence().ReadObjectIdentifier());
                }

                return true;
            case "1.3.6.1.5.5.7.1.1":
                Access(reader.ReadSequence());
                return true;
            default:
                return false;
        }
    }

    private void Uses(AsnReader uses)
    {
        while (uses.HasData)
        {
            var identifier = uses.ReadObjectIdentifier();
            Usages.Add(Array.IndexOf(UsageIdentifiers, identifier));
            if (Usages[^1] < 0)
            {
                _unknownUsages.Add(identifier);
            }
        }
    }

    private void Access(AsnReader accesses)
    {
        while (accesses.HasData)
        {
            var access = accesses.ReadSequence();
            var into = access.ReadObjectIdentifier() switch
            {
                "1.3.6.1.5.5.7.48.1" => _status,
                "1.3.6.1.5.5.7.48.2" => _issuers,
                _ => [],
            };
            into.AddRange(Certificates.Names.Read(access).Addresses);
        }
    }

    private void Lists(AsnReader points)
    {
        var first = new Asn1Tag(TagClass.ContextSpecific, 0, true);
        while (points.HasData)
        {
            var point = points.ReadSequence();
            if (point.HasData && point.PeekTag().HasSameClassAndValue(first))
            {
                var name = point.ReadSequence(first);
                if (name.HasData && name.PeekTag().HasSameClassAndValue(first))
                {
                    _lists.AddRange(Certificates.Names.Read(name.ReadSequence(first)).Addresses);
                }
            }
        }
    }

    private void Constrain(AsnReader constraints)
    {
        while (constraints.HasData)
        {
            var tag = constraints.PeekTag();
            var prefix = tag.TagValue == 0 ? "Permitted" : "Excluded";
            var (hosts, mails, addresses, ranges) = (new List<string>(), new List<string>(), new List<string>(), new List<Value>());
            for (var trees = constraints.ReadSequence(tag); trees.HasData;)
            {
                var names = Certificates.Names.Read(trees.ReadSequence());
                hosts.AddRange(names.Hosts);
                mails.AddRange(names.Mails);
                addresses.AddRange(names.Addresses);
                ranges.AddRange(names.Numbers.Where(one => one.Length is 8 or 32).Select(Value (one) => GoJson.Fields(
                    ("IP", GoJson.Text(new IPAddress(one.AsSpan(0, one.Length / 2)).ToString())),
                    ("Mask", GoJson.Bytes(one.AsMemory(one.Length / 2))))));
            }

            _constraints[$"{prefix}DNSDomains"] = GoJson.Texts(hosts);
            _constraints[$"{prefix}EmailAddresses"] = GoJson.Texts(mails);
            _constraints[$"{prefix}URIDomains"] = GoJson.Texts(addresses);
            _constraints[$"{prefix}IPRanges"] = GoJson.List(ranges);
        }
    }
}
