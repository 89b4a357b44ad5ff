using Reeve.Flexera.Terms;

namespace Reeve.Flexera.Credentials;

/// <summary>The fields of one credential.</summary>
internal sealed class CredentialFields(string name, OrderedDictionary<string, object?> fields)
{
    private static readonly string[] _secret =
    [
        "token", "access_token", "client_secret", "refresh_token", "password", "key", "api_key", "secret_key", "session_token",
        "private_key", "passphrase", "basic_auth_password", "assertion", "jwt",
    ];

    public string Name { get; } = name;

    /// <summary>The fields as they were given.</summary>
    public IReadOnlyDictionary<string, object?> All => fields;

    /// <summary>Is the field there, and not empty?</summary>
    public bool Has(string field) => Text(field).Length > 0;

    /// <summary>The field as text, empty when it is absent; without the line end that a block of YAML leaves behind it.</summary>
    public string Text(string field) => Values.Text(fields.GetValueOrDefault(field)).TrimEnd('\r', '\n');

    /// <summary>The first of these fields that is there, or an empty text.</summary>
    public string First(params ReadOnlySpan<string> names)
    {
        foreach (var field in names)
        {
            if (Has(field))
            {
                return Text(field);
            }
        }

        return "";
    }

    /// <summary>The first of these fields that is there; without one of them nothing can be signed.</summary>
    public string Needed(params ReadOnlySpan<string> names) => First(names) is { Length: > 0 } text ? text : throw Missing(names[0]);

    /// <summary>The field, which may be empty when that is said outright.</summary>
    public string Said(string field) => fields.GetValueOrDefault(field) is null ? throw Missing(field) : Text(field);

    /// <summary>The items of a list, or of a text with spaces or commas between them.</summary>
    public List<string> List(string field) => fields.GetValueOrDefault(field) switch
    {
        List<object?> list => list.ConvertAll(Values.Text),
        string text => [.. text.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries)],
        _ => [],
    };

    public IEnumerable<KeyValuePair<string, string>> Map(string field) =>
        (fields.GetValueOrDefault(field) as OrderedDictionary<string, object?> ?? [])
        .Select(p => KeyValuePair.Create(p.Key, Values.Text(p.Value)));

    /// <summary>All texts that nobody may see.</summary>
    public IEnumerable<string> Secret => _secret.Where(Has).Select(Text)
        .Concat(Map("additional_headers").Concat(Map("additional_params")).Where(p => IsSecret(p.Key)).Select(p => p.Value));

    /// <summary>A fault that the owner of the file can mend.</summary>
    public SigningFault Wrong(string problem) => new($"credentials `{Name}`: {problem}") { Credentials = Name };

    private SigningFault Missing(string field) => Wrong($"the field `{field}` is missing");

    private static bool IsSecret(string name) =>
        Array.Exists(
            ["secret", "password", "token", "key", "auth", "assertion"], s => name.Contains(s, StringComparison.OrdinalIgnoreCase));
}

/// <summary>A request could not be signed; nothing can ignore that.</summary>
internal sealed class SigningFault(string message) : Exception(message)
{
    /// <summary>The credentials whose fields are wrong or not there; null when it was not them.</summary>
    public string? Credentials { get; init; }
}
