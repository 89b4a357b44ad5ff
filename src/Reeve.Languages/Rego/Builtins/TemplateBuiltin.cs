using Reeve.Languages.Data;
using Reeve.Languages.GoTemplate;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins;

/// <summary>Templates of Go's text/template over values.</summary>
internal static class TemplateBuiltin
{
    public static IEnumerable<Builtin> All { get; } =
    [
        new()
        {
            Name = "strings.render_template", Parameters = [RegoType.String, RegoType.Object], Result = RegoType.String,
            Invoke = static (context, operands) => Render(context, operands),
        },
    ];

    private static StringValue Render(BuiltinContext context, ReadOnlySpan<Value> operands)
    {
        const string name = "strings.render_template";
        var text = Operand.String(operands, 0, name).Text;
        var variables = Operand.Object(operands, 1, name);
        var (program, mistake) = GoTemplateProgram.Parse(text);
        if (program is null)
        {
            throw Operand.Failed($"template: template:{mistake!.Line}: {mistake.Message}");
        }

        var (made, failure) = program.Render(ToData(variables), cancellationToken: context.Cancellation);
        return made is null
            ? throw Operand.Failed($"template: template:{failure!.Line}:{failure.Column}: {failure.Message}")
            : StringValue.Of(made.Replace("<no value>", "<undefined>", StringComparison.Ordinal));
    }

    // numbers beyond long keep their digits as a text, which is how Go sees them
    private static object? ToData(Value value) => value switch
    {
        NullValue => null,
        BooleanValue boolean => boolean.Boolean,
        NumberValue number => number.IsWrittenWhole && number.TryGetInt64(out var whole) ? whole : number.Text,
        StringValue text => text.Text,
        ArrayValue array => array.Select(ToData).ToList(),
        SetValue set => set.Select(ToData).ToList(),
        ObjectValue members => Members(members),
        _ => throw Operand.Failed("strings.render_template: not a document"),
    };

    private static OrderedDictionary<string, object?> Members(ObjectValue members)
    {
        var data = new OrderedDictionary<string, object?>(members.Count, StringComparer.Ordinal);
        foreach (var (key, value) in members)
        {
            data[key is StringValue text ? text.Text : ValueJson.ToText(key)] = ToData(value);
        }

        return data;
    }
}
