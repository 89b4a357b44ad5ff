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
        var judged = scope with { Data = source };
        var fields = Exporter.Fields(block);
        var found = block.Name == "validate" ? Holds(judged) ? null : Found(source)
            : source is RowList many ? Failing(many)
            : Values.Items(source).FindAll(Fails) is { Count: > 0 } some ? Found(some) : null;
        return found is null ? null : new Incident
        {
            Validate = index,
            Datasource = Source,
            Summary = Text("summary_template", found.Data, texts, cancellationToken),
            Detail = Text("detail_template", found.Data, texts, cancellationToken),
            Fields = fields,
            Violations = found.Exported,
            Hash = found.Hash,
        };

        Violations Found(object? data) =>
            new(data, Exporter.Rows(block, fields, data, scope.Paths, spool), ViolationHash.Of(block, data));

        Violations? Failing(RowList rows)
        {
            var failing = new FoundRows(block, fields, scope.Paths, spool);
            var reader = new RowReader(rows);
            while (reader.Read())
            {
                if (Fails(reader.Row))
                {
                    failing.Add(reader);
                }
            }

            return failing.Count > 0 ? failing.Finish(rows) : null;
        }

        bool Fails(object? item)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return !Holds(judged with { Item = item });
        }
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
