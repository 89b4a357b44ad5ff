using Reeve.Flexera.Datasources;
using Reeve.Flexera.Terms;
using Reeve.Languages.Data.Rows;
using Reeve.Languages.PolicyTemplates;
using Reeve.Languages.PolicyTemplates.Syntax;

namespace Reeve.Flexera.Incidents;

/// <summary>One <c>validate</c> or <c>validate_each</c>.</summary>
internal sealed class Validation(Definition block, int index)
{
    /// <summary>The datasource, or the parameter, that is validated.</summary>
    public string Source => block.Arguments is [ReferenceTerm reference, ..] ? reference.Name : "";

    public Definition Block => block;

    public int Index => index;

    /// <summary>The validations of a template, in the order of the text.</summary>
    public static List<Validation> Of(PolicyTemplate template) =>
    [
        .. template.Tree.Definitions.Where(d => d.Name == "policy").SelectMany(d => d.Fields)
            .Where(f => f.Name is "validate" or "validate_each").Select((f, index) => new Validation(f, index)),
    ];

    /// <summary>The datasources that it judges and that its checks name; what its escalations would be handed is not needed to raise it.
    /// </summary>
    public HashSet<string> Needs(PolicyTemplate template)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        References.Add(template, block with { Body = [.. block.FieldsNamed("check")] }, names);
        return names;
    }

    /// <summary>The incident, or null when the checks hold.</summary>
    /// <exception cref="TermFault">A check has no value, or a text cannot be rendered.</exception>
    /// <exception cref="RowSpaceException">There is no room for the violations.</exception>
    public Incident? Evaluate(TermScope scope, TemplateTexts texts, RowSpool spool, CancellationToken cancellationToken)
    {
        var source = scope.Reference(Source);
        object? violation;
        if (block.Name == "validate")
        {
            if (Holds(scope with { Data = source }))
            {
                return null;
            }

            violation = source;
        }
        else
        {
            IReadOnlyList<object?> failing = source is RowList rows ? Failing(rows, scope with { Data = source }, spool, cancellationToken)
                : Failing(Values.Items(source), scope with { Data = source }, cancellationToken);
            if (failing.Count == 0)
            {
                return null;
            }

            violation = failing;
        }

        var fields = Exporter.Fields(block);
        return new Incident
        {
            Validate = index,
            Datasource = Source,
            Summary = Text("summary_template", violation, texts, cancellationToken),
            Detail = Text("detail_template", violation, texts, cancellationToken),
            Fields = fields,
            Violations = Exporter.Rows(block, fields, violation, scope.Paths, spool),
            Hash = ViolationHash.Of(block, violation),
        };
    }

    private List<object?> Failing(List<object?> items, TermScope scope, CancellationToken cancellationToken) => items.FindAll(item =>
    {
        cancellationToken.ThrowIfCancellationRequested();
        return !Holds(scope with { Item = item });
    });

    private RowList Failing(RowList items, TermScope scope, RowSpool spool, CancellationToken cancellationToken)
    {
        var failing = new RowWriter(spool);
        var reader = new RowReader(items);
        while (reader.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!Holds(scope with { Item = reader.Row }))
            {
                failing.AddJson(reader);
            }
        }

        // what fails as a whole need not be kept twice
        return failing.Count == items.Count ? items : failing.Finish();
    }

    // in their order; the first one that fails decides
    private bool Holds(TermScope scope)
    {
        foreach (var check in block.FieldsNamed("check"))
        {
            if (check.Arguments is [var term, ..] && !TermValue.IsTrue(term, scope))
            {
                return false;
            }
        }

        return true;
    }

    private string Text(string field, object? violation, TemplateTexts texts, CancellationToken cancellationToken)
    {
        if (block.Text(field) is not { } text)
        {
            return "";
        }

        try
        {
            return texts.Render(text, violation, cancellationToken);
        }
        catch (TermFault fault)
        {
            throw new TermFault($"`{field}`: {fault.Message}");
        }
    }
}
