using System.Globalization;
using System.Net;
using System.Net.Mail;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Reeve.Languages.Rego.Builtins.Schemas;

/// <summary>The formats that texts of schemas may be said to have; one that is not known holds.</summary>
internal static partial class SchemaFormats
{
    private static readonly string[] Times = ["HH:mm:ss", "HH:mm:ssZ", "HH:mm:sszzz", "HH:mm:ss.FFFFFFFZ", "HH:mm:ss.FFFFFFFzzz"];

    public static bool Holds(string format, string text) => format switch
    {
        "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        "time" => Time().IsMatch(text) && IsTime(text),
        "date-time" => Moment().IsMatch(text) && IsMoment(text),
        "hostname" => text.Length is > 0 and < 256 && Host().IsMatch(text),
        "email" or "idn-email" => MailAddress.TryCreate(text, out _),
        "ipv4" => IPAddress.TryParse(text, out var four) && four.AddressFamily == AddressFamily.InterNetwork
            && text.Count(c => c == '.') == 3,
        "ipv6" => IPAddress.TryParse(text, out var six) && six.AddressFamily == AddressFamily.InterNetworkV6 && text.Contains(':'),
        "uri" or "iri" => Uri.TryCreate(text, UriKind.Absolute, out _) && Scheme().IsMatch(text) && !text.Contains('\\'),
        "uri-reference" or "iri-reference" => Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out _) && !text.Contains('\\'),
        "uri-template" => !text.Contains('\\') && Template().IsMatch(text),
        "uuid" => Identifier().IsMatch(text),
        "regex" => IsPattern(text),
        "json-pointer" => Pointer().IsMatch(text),
        "relative-json-pointer" => RelativePointer().IsMatch(text),
        _ => true,
    };

    private static bool IsTime(string text) =>
        DateTimeOffset.TryParseExact(text, Times, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);

    private static bool IsMoment(string text) => DateOnly.TryParseExact(
        text.AsSpan(0, 10), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static bool IsPattern(string text)
    {
        try
        {
            return text.Length == 0 || RegexText.Of(text) is not null;
        }
        catch (BuiltinException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,7})?(Z|[+-]\d\d:\d\d)?$", RegexOptions.NonBacktracking)]
    private static partial Regex Time();

    [GeneratedRegex(
        @"^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$",
        RegexOptions.NonBacktracking)]
    private static partial Regex Moment();

    [GeneratedRegex(
        @"^([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9\-]{0,61}[a-zA-Z0-9])(\.([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9\-]{0,61}[a-zA-Z0-9]))*$",
        RegexOptions.NonBacktracking)]
    private static partial Regex Host();

    [GeneratedRegex(@"^[a-zA-Z][a-zA-Z0-9+.\-]*:", RegexOptions.NonBacktracking)]
    private static partial Regex Scheme();

    [GeneratedRegex(@"^[^{}]*(\{[^{}]*\}[^{}]*)*$", RegexOptions.NonBacktracking)]
    private static partial Regex Template();

    [GeneratedRegex("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", RegexOptions.NonBacktracking)]
    private static partial Regex Identifier();

    [GeneratedRegex("^(/([^/~]|~[01])*)*$", RegexOptions.NonBacktracking)]
    private static partial Regex Pointer();

    [GeneratedRegex("^(0|[1-9][0-9]*)(#|(/([^/~]|~[01])*)*)$", RegexOptions.NonBacktracking)]
    private static partial Regex RelativePointer();
}
