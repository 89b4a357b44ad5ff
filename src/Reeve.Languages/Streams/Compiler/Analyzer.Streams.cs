using Reeve.Languages.Streams.Reader;
using Reeve.Languages.Streams.Values;

namespace Reeve.Languages.Streams.Compiler;

/// <summary>Riemann's macros: predicates in which the names of fields stand for the event's, and what is built of them.</summary>
internal sealed partial class Analyzer
{
    private static readonly HashSet<string> Fields = new(StringComparer.Ordinal)
    {
        "host", "service", "state", "metric", "metric_f", "time", "ttl", "description", "tags", "tagged", "tagged-all", "tagged-any",
    };

    private Form Where(Form form)
    {
        if (form.Items.Length < 2)
        {
            throw new StreamSyntaxException(form, "`where` takes a predicate and streams");
        }

        return WhereOf(form, Predicate(form.Items[1]));
    }

    private static Form WhereOf(Form form, Form predicate)
    {
        var isElse = (Form f) => f.IsList && f.Items is [{ Name: "else" }, ..];
        var children = form.Items[2..];
        return Form.Call(
            form, "where**", predicate, Form.Vector(form, children.Where(c => !isElse(c))),
            Form.Vector(form, children.Where(isElse).SelectMany(c => c.Items[1..])));
    }

    /// <summary>A function of an event of an expression in which the names of fields mean those of the event.</summary>
    private static Form Predicate(Form expression) =>
        Form.Call(expression, "fn", Form.Vector(expression, Form.Symbol("event", expression)), Rewritten(expression));

    private static Form Rewritten(Form form)
    {
        if (form.Name is { } name)
        {
            return Fields.Contains(name) ? FieldOf(name, form) : form;
        }

        if (!form.IsList || form.Items.Length == 0)
        {
            return form;
        }

        if (form.Items[0].Name is not { } field || !Fields.Contains(field))
        {
            return Form.List(form, form.Items.Select(Rewritten));
        }

        var values = form.Items[1..];
        return values.Length == 1 ? Test(form, field, values[0]) : Form.Call(form, "or", values.Select(v => Test(form, field, v)));
    }

    private static Form FieldOf(string name, Form at) => Form.List(at, Form.Constant(Keyword.Of(name), at), Form.Symbol("event", at));

    private static Form Test(Form at, string field, Form value)
    {
        if (field is not ("tagged" or "tagged-all" or "tagged-any"))
        {
            return Form.Call(at, "match*", value, FieldOf(field, at));
        }

        var test = field == "tagged-any" ? "tagged-any?" : "tagged-all?";
        var tags = Form.Call(at, "flatten", Form.Vector(at, value));
        return Form.Call(at, "if", FieldOf("tags", at), Form.Call(at, test, tags, Form.Symbol("event", at)), Nil(at));
    }

    private static Form Split(Form form)
    {
        var clauses = new List<Form>();
        for (var i = 1; i < form.Items.Length; i += 2)
        {
            if (i + 1 < form.Items.Length)
            {
                clauses.AddRange([Predicate(form.Items[i]), form.Items[i + 1]]);
            }
            else
            {
                clauses.Add(form.Items[i]);
            }
        }

        return Form.Call(form, "split*", clauses);
    }

    // the tests are worked out for each event, the streams once
    private static Form Splitp(Form form)
    {
        var clauses = new List<Form>();
        for (var i = 3; i < form.Items.Length; i += 2)
        {
            if (i + 1 < form.Items.Length)
            {
                clauses.AddRange([Form.Call(form.Items[i], "fn", Form.Vector(form), form.Items[i]), form.Items[i + 1]]);
            }
            else
            {
                clauses.Add(form.Items[i]);
            }
        }

        return Form.Call(form, "splitp*", [At(form, 1), Predicate(At(form, 2)), .. clauses]);
    }

    // each stage sees the next one under the marker's name
    private static Form Pipe(Form form)
    {
        var marker = At(form, 1);
        if (marker.Name is null)
        {
            throw new StreamSyntaxException(marker, "`pipe` begins with the name that stands for the next stage");
        }

        var bindings = form.Items.Skip(2).Reverse().SelectMany(stage => new[] { marker, stage });
        return Form.Call(form, "let", Form.Vector(form, bindings), marker);
    }
}
