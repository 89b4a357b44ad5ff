using System.Text;
using Reeve.Flexera.Network;
using Reeve.Flexera.Terms;
using Reeve.Languages.Data;

namespace Reeve.Flexera.Credentials;

/// <summary>Tokens of OAuth 2 in its grants, and of services that give a JWT; each is asked for once while it is valid.</summary>
internal sealed class TokenSource(Sender sender, Secrets secrets, TimeProvider time)
{
    private static readonly TimeSpan _unsaid = TimeSpan.FromHours(1);

    private readonly Kept<string> _kept = new(time);

    public async Task<string> GetAsync(CredentialFields fields, bool isJwt, CancellationToken cancellationToken) =>
        fields.First("token", "access_token") is { Length: > 0 } ready ? Bare(ready)
        : await _kept.GetAsync(fields.Name, () => AskAsync(fields, isJwt, cancellationToken), cancellationToken);

    // given with its type, as it stands in a header
    private static string Bare(string token) =>
        token.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? token["Bearer ".Length..].Trim() : token;

    private async Task<(string Token, TimeSpan Valid)> AskAsync(CredentialFields fields, bool isJwt, CancellationToken cancellationToken)
    {
        var request = isJwt ? TokenRequests.OfJwt(fields) : TokenRequests.OfGrant(fields, time.GetUtcNow());
        request.IsExchange = true;
        foreach (var (name, value) in fields.Map("additional_headers"))
        {
            request.Set(name, value);
        }

        try
        {
            var answer = await sender.SendAsync(request, null, [], new RequestPlace(fields.Name, -1, 0), cancellationToken);
            if (answer.Status is < 200 or >= 300)
            {
                throw Failed(fields, $"the token was refused with HTTP status {answer.Status}{Said(answer)}");
            }

            if (Read(answer) is not var (token, seconds))
            {
                throw Failed(fields, $"the answer holds no token{Said(answer)}");
            }

            secrets.Add(token);
            return (token, seconds is { } some ? TimeSpan.FromSeconds(Math.Clamp(some, 0, 86400)) : _unsaid);
        }
        catch (TrafficFault fault)
        {
            throw Failed(fields, $"{request.Address.Host}: {fault.Message}");
        }
    }

    private static SigningFault Failed(CredentialFields fields, string why) => new($"credentials `{fields.Name}`: signing failed: {why}");

    // what the server says of it, as RFC 6749 wants it or in one of the ways that are in use beside it
    private string Said(Answer answer)
    {
        var text = answer.Text.Trim();
        if (!JsonData.TryParse(text, out var value, out _) || value is not OrderedDictionary<string, object?> map)
        {
            return text.Length == 0 || text[0] == '<' || answer.Status is >= 200 and < 300 ? "" : $": {Line(text)}";
        }

        var error = map.GetValueOrDefault("error");
        var inner = error as OrderedDictionary<string, object?> ?? map;
        var words = new[]
        {
            error as string, inner.GetValueOrDefault("error_description"), inner.GetValueOrDefault("message"),
            inner.GetValueOrDefault("errorSummary"), inner.GetValueOrDefault("detail"),
        }.OfType<string>().Where(w => w.Length > 0).Distinct(StringComparer.Ordinal).Take(2).ToList();
        return words.Count == 0 ? "" : $": {Line(string.Join(": ", words))}";
    }

    private string Line(string text)
    {
        var clean = string.Concat(secrets.Remove(text).Select(c => char.IsControl(c) ? ' ' : c)).Trim().TrimEnd('.');
        return clean.Length > 300 ? clean[..300] + "…" : clean;
    }

    private static (string Token, double? Seconds)? Read(Answer answer)
    {
        var text = answer.Text.Trim();
        if (JsonData.TryParse(text, out var value, out _))
        {
            return value is OrderedDictionary<string, object?> map ? Read(map) : value is string bare ? Bare(bare, null) : null;
        }

        // as a form: what some answered before RFC 6749, and some still do
        if (text.Contains("access_token=", StringComparison.Ordinal))
        {
            var form = new OrderedDictionary<string, object?>(StringComparer.Ordinal);
            foreach (var pair in text.Split('&').Select(p => p.Split('=', 2)).Where(p => p.Length == 2))
            {
                form[pair[0]] = Uri.UnescapeDataString(pair[1].Replace('+', ' '));
            }

            return Read(form);
        }

        return text.StartsWith('<') || text.StartsWith('{') ? null : Bare(text, null);
    }

    private static (string Token, double? Seconds)? Read(OrderedDictionary<string, object?> map)
    {
        foreach (var name in (string[])["access_token", "token", "jwt", "id_token"])
        {
            if (map.GetValueOrDefault(name) is string { Length: > 0 } token)
            {
                return Bare(token, map.GetValueOrDefault("expires_in"));
            }
        }

        return null;
    }

    private static (string Token, double? Seconds)? Bare(string token, object? said)
    {
        if (token.Length is 0 or > 20_000 || token.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
        {
            return null;
        }

        try
        {
            return (token, said is null ? null : Values.Number(said));
        }
        catch (TermFault)
        {
            return (token, 0);
        }
    }

    public static string Basic(string name, string password) =>
        "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{password}"));
}
