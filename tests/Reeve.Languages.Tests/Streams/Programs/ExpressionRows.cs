using System.Runtime.CompilerServices;
using System.Text.Json;
using Reeve.Languages.Streams;
using Reeve.Languages.Streams.Events;
using Reeve.Languages.Streams.Running;

namespace Reeve.Languages.Tests.Streams.Programs;

/// <summary>Expressions of Clojure as data, with the JSON of their values; <c>e</c> is the event <c>{:host "h" :metric 3}</c>.</summary>
public sealed class ExpressionRows
{
    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Rows.Length)];

    internal static (string Expression, string Value)[] Rows { get; } = Read();

    [Theory]
    [MemberData(nameof(Numbers))]
    public void An_expression_has_the_value_that_its_row_says(int number)
    {
        var (expression, value) = Rows[number];
        var sent = new List<JsonElement>();
        var text = $"(fn [e] (emit [{expression}]))";
        var program = StreamProgram.Compile(text, new StreamOptions { IsSingle = true }, out var problems);
        Assert.True(problems.Count == 0, $"{expression}: {string.Join(", ", problems)}");

        program!
            .Open((_, it) => sent.Add(ProgramRows.Json(it)))
            .Send(new StreamEvent { Host = "h", Metric = StreamNumber.Of(3L) });

        var wanted = JsonDocument.Parse($"[{value}]").RootElement;
        Assert.True(ProgramRows.AreSame(wanted, Assert.Single(sent)), $"{expression}: expected {wanted}, found {sent[0]}");
    }

    private static (string, string)[] Read([CallerFilePath] string here = "") =>
    [
        .. File.ReadLines(Path.Combine(Path.GetDirectoryName(here)!, "expressions.tsv"))
            .Select(line => line.Split('\t'))
            .Select(parts => (parts[0], parts[1])),
    ];
}
