using Reeve.Flexera.Terms;

namespace Reeve.Flexera.Credentials;

/// <summary>The fields of one credential.</summary>
internal sealed class CredentialFields(string name, OrderedDictionary<string, object?> fields)
{
    public string Name { get; } = name;

    public bool Has(string field) => Text(field).Length > 0;

    /// <summary>The field as text, empty when it is absent.</summary>
    public string Text(string field) => Values.Text(fields.GetValueOrDefault(field));

    public string Needed(string field) =>
        Has(field) ? Text(field) : throw new SigningFault($"credentials `{Name}`: the field `{field}` is missing");

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
    public IEnumerable<string> Secret =>
        ((string[])["token", "access_token", "client_secret", "refresh_token", "password", "key", "api_key", "secret_key", "session_token",
            "private_key", "basic_auth_password", "assertion", "jwt"]).Where(Has).Select(Text);
}

/// <summary>A request could not be signed; nothing can ignore that.</summary>
internal sealed class SigningFault(string message) : Exception(message);
