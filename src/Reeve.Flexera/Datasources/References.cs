using Reeve.Languages.PolicyTemplates;
using Reeve.Languages.PolicyTemplates.Syntax;

namespace Reeve.Flexera.Datasources;

/// <summary>The datasources that a part of a template names.</summary>
internal static class References
{
    public static HashSet<string> Of(PolicyTemplate template, Definition definition)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        Add(template, definition, names);
        return names;
    }

    public static void Add(PolicyTemplate template, Definition definition, HashSet<string> names)
    {
        switch (definition)
        {
            // blocks of other kinds may have the name of a datasource
            case { Name: "auth", Arguments: [ReferenceTerm auth] }:
                AddAuth(template, auth.Name, names);
                return;
            case { Name: "client", Arguments: [ReferenceTerm client] }:
                AddClient(template, client.Name, names);
                return;
            case { Name: "pagination", Arguments: [ReferenceTerm] }:
                return;
        }

        foreach (var term in definition.Name == "run_script" ? definition.Arguments.Skip(1) : definition.Arguments)
        {
            Add(template, term, names);
        }

        foreach (var term in definition.Named)
        {
            Add(template, term.Value, names);
        }

        foreach (var field in definition.Fields)
        {
            Add(template, field, names);
        }
    }

    // a request waits for the datasource that says its account, or a field of its deprecated `auth`
    private static void AddAuth(PolicyTemplate template, string name, HashSet<string> names)
    {
        if (template.Block("credentials", name) is { } credentials)
        {
            if (credentials.Value("aws_account_number") is { } account)
            {
                Add(template, account, names);
            }
        }
        else
        {
            foreach (var field in template.Block("auth", name)?.Fields ?? [])
            {
                Add(template, field, names);
            }
        }
    }

    // one without a client of its own, else it would not be of the type `basic`
    private static void AddClient(PolicyTemplate template, string name, HashSet<string> names)
    {
        foreach (var field in template.Block("auth", name)?.Fields ?? [])
        {
            if (field.Name is "username" or "password")
            {
                Add(template, field, names);
            }
        }
    }

    private static void Add(PolicyTemplate template, Term term, HashSet<string> names)
    {
        switch (term)
        {
            case ReferenceTerm reference when template.Block("datasource", reference.Name) is not null:
                names.Add(reference.Name);
                break;
            case ArrayTerm array:
                foreach (var item in array.Items)
                {
                    Add(template, item, names);
                }

                break;
            case ObjectTerm map:
                foreach (var (_, value) in map.Fields)
                {
                    Add(template, value, names);
                }

                break;
            case CallTerm call:
                foreach (var argument in call.Arguments)
                {
                    Add(template, argument, names);
                }

                break;
            case ArithmeticTerm sum:
                Add(template, sum.Left, names);
                Add(template, sum.Right, names);
                break;
        }
    }
}
