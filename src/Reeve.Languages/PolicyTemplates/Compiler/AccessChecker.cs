using Reeve.Languages.PolicyTemplates.Syntax;

namespace Reeve.Languages.PolicyTemplates.Compiler;

/// <summary>Credentials, the deprecated <c>auth</c> and <c>resources</c>: their types, and the fields that follow from them.</summary>
internal sealed class AccessChecker(Registry registry, TermChecker terms, Problems problems)
{
    private static readonly string[] _schemes = ["aws", "aws_sts", "basic", "ntlm", "api_key", "jwt", "oauth2", "oracle"];

    public void CheckCredentials(Definition block, Scope scope)
    {
        foreach (var scheme in BlockChecker.Strings(block, "schemes").Where(s => !_schemes.Contains(s.Value)))
        {
            problems.Add(
                scheme.At, "Invalid field value", $"{Texts.Quoted(scheme.Value)} is no scheme{Names.Hint(scheme.Value, _schemes)}",
                $"write {Names.List(_schemes)}");
        }

        foreach (var tag in BlockChecker.Strings(block, "tags").Where(t => !t.Value.Contains('=', StringComparison.Ordinal)))
        {
            problems.Add(tag.At, "Invalid field value", $"the tag {Texts.Quoted(tag.Value)} has no `=`", "write `key=value`");
        }

        if (block.Field("aws_account_number") is { } account)
        {
            CheckAccount(account, scope);
        }
    }

    public void CheckAuth(Definition block, Scope scope)
    {
        if (CheckType(block, AuthGrammar.Types.Keys) is not { } type)
        {
            return;
        }

        new ShapeChecker(problems).Check(block.Fields, AuthGrammar.Types[type], block.At, Called(block));
        var inside = scope.With("cred");
        CheckFields(block.Fields, inside);
        switch (type)
        {
            case "jwt" when block.Field("api_key") is not null && block.Field("basic_auth_username") is { } second:
                problems.Add(
                    second.At, "Conflicting fields", "`api_key` and `basic_auth_username` exclude each other", "keep one of them");
                break;
            case "oauth2":
                CheckGrant(block, inside);
                break;
        }

        if (block.Value("location") is StringTerm { Value: not ("header" or "query") } location)
        {
            problems.Add(
                location.At, "Invalid field value", $"{Texts.Quoted(location.Value)} is no location", "write `header` or `query`");
        }

        if (block.Value("version") is { } version and not (NumberTerm { Value: 3 or 4 } or StringTerm { Value: "3" or "4" }))
        {
            problems.Add(
                version.At, "Invalid field value", $"there is no version of the signature that is {ShapeChecker.Describe(version)}",
                "write 3 or 4");
        }
    }

    public void CheckResources(Definition block, Scope scope)
    {
        if (Named(block, "type") is not StringTerm type)
        {
            CheckType(block, ["rs_cm.instances"]);
        }
        else if (!ResourceGrammar.IsType(type.Value))
        {
            problems.Add(
                type.At, "Invalid field value",
                $"{Texts.Quoted(type.Value)} is no type of resources{Names.Hint(type.Value, ResourceGrammar.Types)}",
                "write a type as `rs_cm.instances`");
        }

        var inside = scope.With("tags").With(block.Field("iterate") is null ? [] : ["iter_item", "iter_index"]);
        CheckFields(block.Fields, inside);
    }

    /// <summary>The type that a block names, when it is one of those; else that is reported.</summary>
    public string? CheckType(Definition block, IEnumerable<string> allowed)
    {
        if (Named(block, "type") is not StringTerm type)
        {
            problems.Add(
                block.At, "Missing type", $"`{block.Name}` must have a type",
                $"write `{block.Name} \"name\", type: \"{allowed.First()}\"`");
            return null;
        }

        foreach (var other in block.Named.Where(n => n.Name != "type"))
        {
            problems.Add(
                other.At, "Invalid argument", $"`{block.Name}` takes no named argument {Texts.Quoted(other.Name)}", "remove it");
        }

        if (allowed.Contains(type.Value))
        {
            return type.Value;
        }

        problems.Add(
            type.At, "Invalid field value", $"{Texts.Quoted(type.Value)} is no type of {block.Name}{Names.Hint(type.Value, allowed)}",
            $"write {Names.List(allowed)}");
        return null;
    }

    private void CheckFields(IEnumerable<Definition> fields, Scope scope)
    {
        foreach (var field in fields)
        {
            // `client $name` refers to another `auth`
            if (field is { Name: "client", Arguments: [ReferenceTerm reference] })
            {
                terms.CheckReference(reference.At, reference.Name, "$", "auth", scope, "client");
                continue;
            }

            terms.Check(field.Arguments.Concat(field.Named.Select(n => n.Value)), scope);
            CheckFields(field.Fields, scope);
        }
    }

    private void CheckGrant(Definition block, Scope scope)
    {
        if (block.Field("grant") is not { } grant)
        {
            return;
        }

        var kind = Named(grant, "type") as StringTerm ?? grant.Value(0) as StringTerm;
        if (kind is null)
        {
            problems.Add(grant.At, "Missing type", "`grant` must have a type", "write `grant type: \"client_credentials\" do`");
        }
        else if (!AuthGrammar.Grants.TryGetValue(kind.Value, out var needed))
        {
            problems.Add(
                kind.At, "Invalid field value",
                $"{Texts.Quoted(kind.Value)} is no grant{Names.Hint(kind.Value, AuthGrammar.Grants.Keys)}",
                $"write {Names.List(AuthGrammar.Grants.Keys)}");
        }
        else if (grant.Body is not null)
        {
            Needs(grant, needed);
        }
    }

    private void Needs(Definition block, params string[] fields)
    {
        foreach (var name in fields.Where(f => block.Field(f) is null))
        {
            problems.Add(block.At, $"Missing {name}", $"{Called(block)} must have a `{name}`", $"add the field `{name}`");
        }
    }

    private static Term? Named(Definition block, string name) => block.Named.FirstOrDefault(n => n.Name == name)?.Value;

    private static string Called(Definition block) =>
        block.Label is { } label ? $"`{block.Name} {Texts.Short(label)}`" : $"`{block.Name}`";

    // the one place where a parameter that is nowhere defined is nothing instead of an error
    private void CheckAccount(Definition account, Scope scope)
    {
        if (account.Arguments is [ReferenceTerm reference] && registry.Find("parameter", reference.Name) is null
            && registry.Find("datasource", reference.Name) is null)
        {
            problems.Note(
                reference.At, "undefined-parameter",
                $"`${reference.Name}` is not defined and counts as empty{Names.Hint(reference.Name, registry.NamesOf("parameter"))}");
            return;
        }

        terms.Check(account.Arguments, scope);
    }
}
