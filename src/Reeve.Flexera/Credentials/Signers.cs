using Reeve.Flexera.Network;
using Reeve.Flexera.Requests;
using Reeve.Flexera.Terms;
using Reeve.Languages.Data;
using Reeve.Languages.PolicyTemplates;
using Reeve.Languages.PolicyTemplates.Syntax;

namespace Reeve.Flexera.Credentials;

/// <summary>Adds to a request what the <c>credentials</c> or <c>auth</c> block of that name says.</summary>
internal sealed class Signers(
    PolicyTemplate template, CredentialFile file, TermScope scope, Sender sender, Secrets secrets, TimeProvider time)
{
    private readonly TokenSource _tokens = new(sender, secrets, time);
    private readonly RoleSource _roles = new(sender, secrets, time);

    public async Task SignAsync(string name, Outgoing request, CancellationToken cancellationToken)
    {
        var (scheme, fields, account) = Find(name);
        foreach (var secret in fields.Secret)
        {
            secrets.Add(secret);
        }

        switch (scheme)
        {
            case "oauth2" or "jwt":
                request.Set("Authorization", $"Bearer {await _tokens.GetAsync(fields, scheme == "jwt", cancellationToken)}");
                break;
            case "basic":
                request.Set("Authorization", TokenSource.Basic(fields.Needed("username"), fields.Said("password")));
                secrets.Add(request.Header("Authorization")!["Basic ".Length..]);
                break;
            case "api_key":
                AddKey(request, fields);
                break;
            case "aws" or "aws_sts":
                var (service, region) = AwsHost.Of(request.Host);
                service = fields.Has("service") ? fields.Text("service") : service;
                region = fields.Has("region") ? fields.Text("region") : region;
                var keys = await _roles.KeysAsync(fields, account, cancellationToken);
                AwsSignature.Sign(request, keys, region, service, time.GetUtcNow());
                break;
            case "oracle":
                OracleSignature.Sign(request, fields, time.GetUtcNow());
                break;
            default:
                throw new SigningFault($"credentials `{name}`: the scheme `{scheme}` is not supported");
        }
    }

    private static void AddKey(Outgoing request, CredentialFields fields)
    {
        var key = fields.Needed("key");
        var value = fields.Has("type") ? $"{fields.Text("type")} {key}" : key;
        var location = fields.Text("location");
        if (location is not ("" or "header" or "query"))
        {
            throw fields.Wrong($"`location` is `{location}`, and can be `header` or `query`");
        }

        Place(
            request, location, location == "query" || fields.Has("field") ? fields.Needed("field") : "Authorization", value);
    }

    /// <summary>Sets a key in a header, or in the query.</summary>
    public static void Place(Outgoing request, string location, string field, string value)
    {
        if (location == "query")
        {
            request.Address = RequestAddress.Make(
                request.Address.Scheme, request.Address.Authority, request.Address.PathAndQuery, [new(field, value)]);
        }
        else
        {
            request.Set(field, value);
        }
    }

    private (string Scheme, CredentialFields Fields, string Account) Find(string name)
    {
        var block = template.Block("credentials", name) ?? template.Block("auth", name)
            ?? throw new SigningFault($"the template has no credentials `{name}`");
        if (block.Name == "auth" && file.Fields(name) is null)
        {
            return (SchemeOf(block), new InlineAuth(template, scope).Read(block), "");
        }

        var fields = file.Fields(name) ?? throw new SigningFault(
            $"credentials `{name}`: the credentials file does not hold them{Core.Errors.DidYouMean.Hint(name, file.Names)}")
        {
            Credentials = name,
        };
        return (CredentialSchemes.Of(fields, CredentialSchemes.Allowed(block)), fields, Account(block, fields));
    }

    private string Account(Definition block, CredentialFields fields)
    {
        if (block.Value("aws_account_number") is not { } term)
        {
            return "";
        }

        try
        {
            var account = TermValue.Evaluate(term, scope);
            return account is null && term is ReferenceTerm { Name: var asked } && template.Block("datasource", asked) is not null
                ? throw new TermFault($"`${asked}` has no value") : Values.Text(account);
        }
        catch (TermFault fault)
        {
            throw new SigningFault($"credentials `{fields.Name}`: signing failed: `aws_account_number`: {fault.Message}");
        }
    }

    private static string SchemeOf(Definition auth) =>
        auth.Named.FirstOrDefault(n => n.Name == "type")?.Value is StringTerm type ? type.Value : "";
}
