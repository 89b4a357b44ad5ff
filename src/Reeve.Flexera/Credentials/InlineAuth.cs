using Reeve.Flexera.Terms;
using Reeve.Languages.PolicyTemplates;
using Reeve.Languages.PolicyTemplates.Syntax;

namespace Reeve.Flexera.Credentials;

/// <summary>The deprecated <c>auth</c> block: its fields, and those of its grant, by the names that the credentials file has.</summary>
internal sealed class InlineAuth(PolicyTemplate template, TermScope scope)
{
    private static readonly Dictionary<string, string> _names = new(StringComparer.Ordinal)
    {
        ["iss"] = "issuer",
        ["sub"] = "subject",
        ["aud"] = "audience",
        ["alg"] = "algorithm",
        ["signing_key"] = "private_key",
        ["additional_claims"] = "claims",
    };

    /// <exception cref="SigningFault">A field has no value.</exception>
    public CredentialFields Read(Definition auth)
    {
        var fields = new OrderedDictionary<string, object?>(StringComparer.Ordinal);
        try
        {
            foreach (var field in auth.Fields)
            {
                if (field.Name == "grant")
                {
                    Grant(field, fields);
                }
                else
                {
                    Take(field, fields);
                }
            }

            // "inferred" is what leaving them out means
            foreach (var name in (string[])["service", "region"])
            {
                if (fields.GetValueOrDefault(name) is "inferred")
                {
                    fields.Remove(name);
                }
            }

            return new CredentialFields(auth.Label!, fields);
        }
        catch (TermFault fault)
        {
            throw new SigningFault($"auth `{auth.Label}`: {fault.Message}");
        }
    }

    private void Grant(Definition grant, OrderedDictionary<string, object?> fields)
    {
        var kind = grant.Named.FirstOrDefault(n => n.Name == "type")?.Value ?? grant.Value(0);
        fields["grant"] = kind is null ? "" : TermValue.Evaluate(kind, scope);
        foreach (var field in grant.Fields)
        {
            Take(field, fields);
        }

        if (fields.GetValueOrDefault("grant") is "refresh_token" && fields.Remove("token", out var token))
        {
            fields["refresh_token"] = token;
        }
    }

    private void Take(Definition field, OrderedDictionary<string, object?> fields)
    {
        var name = _names.GetValueOrDefault(field.Name, field.Name);
        switch (field)
        {
            case { Name: "client", Arguments: [ReferenceTerm other] }:
                var basic = Read(template.Block("auth", other.Name) is { } block && CredentialSchemes.Allowed(block) is ["basic"]
                    ? block : throw new SigningFault($"the template has no auth `{other.Name}` of the type `basic`"));
                Client(basic.Text("username"), basic.Text("password"), fields);
                break;
            case { Name: "client_user" or "client_password", Arguments: [var half, ..] }:
                Client(
                    field.Name == "client_user" ? TermValue.Evaluate(half, scope) : fields.GetValueOrDefault("client_id"),
                    field.Name == "client_password" ? TermValue.Evaluate(half, scope) : fields.GetValueOrDefault("client_secret"), fields);
                break;
            case { Name: "scopes" or "scope", Arguments.Length: > 1 }:
                fields[name] = field.Arguments.Select(a => TermValue.Evaluate(a, scope)).ToList();
                break;
            case { Named.Length: > 0 } or { Arguments: [StringTerm, _, ..] } or { Arguments: [ObjectTerm, ..] }:
                fields[name] = Pairs(field, fields.GetValueOrDefault(name) as OrderedDictionary<string, object?>);
                break;
            case { Arguments: [var only, ..] }:
                fields[name] = TermValue.Evaluate(only, scope);
                break;
        }
    }

    // sent as a header, not in the form
    private static void Client(object? user, object? password, OrderedDictionary<string, object?> fields)
    {
        fields["client_authentication"] = "basic";
        fields["client_id"] = user;
        fields["client_secret"] = password;
    }

    private OrderedDictionary<string, object?> Pairs(Definition field, OrderedDictionary<string, object?>? before)
    {
        var map = before ?? new OrderedDictionary<string, object?>(StringComparer.Ordinal);
        foreach (var pair in field.Named)
        {
            map[pair.Name] = TermValue.Evaluate(pair.Value, scope);
        }

        switch (field.Arguments)
        {
            case [StringTerm key, var value, ..]:
                map[key.Value] = TermValue.Evaluate(value, scope);
                break;
            case [ObjectTerm given, ..]:
                foreach (var (name, value) in given.Fields)
                {
                    map[name] = TermValue.Evaluate(value, scope);
                }

                break;
        }

        return map;
    }
}
