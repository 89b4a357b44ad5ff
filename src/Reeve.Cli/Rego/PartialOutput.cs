using Reeve.Languages.Rego.Partial;
using Reeve.Server.Opa;

namespace Reeve.Cli.Rego;

/// <summary>Prints what a partial evaluation leaves, in the forms of <c>opa eval --partial</c>.</summary>
internal static class PartialOutput
{
    public static void Write(string form, PartialOutcome left, EvalRequest request, Terminal terminal)
    {
        var texts = new ErrorTexts(new Dictionary<string, string>(request.Files.Texts) { [""] = request.Query });
        if (form == "json")
        {
            terminal.Out.Write(Json(left, texts) + "\n");
        }
        else if (left.Errors.Count > 0)
        {
            terminal.Error.Write(texts.All(left.Errors) + "\n");
        }
        else if (form == "source")
        {
            Source(left, terminal.Out);
        }
        else if (left.Queries.Count == 0)
        {
            terminal.Out.Write("undefined\n");
        }
        else
        {
            AsciiTable.Write(
                terminal.Out, ["What", "Rego"],
                [
                    .. left.Queries.SelectMany((query, at) => Rows($"Query {at + 1}", query.Text)),
                    .. left.Support.SelectMany((module, at) => Rows($"Support {at + 1}", module.Text.TrimEnd('\n').Split('\n'))),
                ]);
        }
    }

    private static string Json(PartialOutcome left, ErrorTexts texts) => GoJson.Indented(writer =>
    {
        writer.WriteStartObject();
        if (left.Errors.Count > 0)
        {
            texts.Write(writer, left.Errors);
            writer.WriteEndObject();
            return;
        }

        writer.WriteStartObject("partial");
        writer.WriteStartArray("queries");
        foreach (var query in left.Queries)
        {
            AstJson.Write(writer, query.Body);
        }

        writer.WriteEndArray();
        if (left.Support.Count > 0)
        {
            writer.WriteStartArray("support");
            foreach (var module in left.Support)
            {
                AstJson.Write(writer, module.Module);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    });

    private static void Source(PartialOutcome left, TextWriter to)
    {
        var parts = left.Queries
            .Select((query, at) => $"# Query {at + 1}\n{string.Concat(query.Text.Select(line => line + "\n"))}")
            .Concat(left.Support.Select((module, at) => $"# Module {at + 1}\n{module.Text}"));
        to.Write(string.Join('\n', parts));
    }

    private static IEnumerable<IReadOnlyList<string>> Rows(string name, IReadOnlyList<string> lines) =>
        lines.Select((line, at) => (IReadOnlyList<string>)[at == 0 ? name : "", line.Replace("\t", "  ", StringComparison.Ordinal)]);
}
