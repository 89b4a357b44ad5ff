using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Reeve.Cli.Rego;
using Reeve.Languages.Rego.Evaluation;
using Reeve.Languages.Rego.Values;

namespace Reeve.Cli.Testing;

/// <summary>Tells how tests ended, in the forms of <c>opa test</c>.</summary>
internal static class RegoTestReport
{
    private const int LongestValue = 200;

    private static readonly string Rule = new('-', 80);

    public static void Pretty(IReadOnlyList<RegoTestResult> results, bool verbose, TextWriter to)
    {
        var told = new StringBuilder();
        var failed = results.Where(r => r.Failed).ToList();
        if (failed.Count > 0)
        {
            told.Append("FAILURES\n").Append(Rule).Append('\n');
            foreach (var result in failed)
            {
                told.Append(Line(result)).Append("\n\n");
                Failure(result, told);
            }

            told.Append("SUMMARY\n").Append(Rule).Append('\n');
        }

        var file = "";
        foreach (var result in results.Where(r => verbose || !r.Passed))
        {
            if (result.Test.Location.File != file)
            {
                told.Append(file.Length > 0 ? "\n" : "").Append(result.Test.Location.File).Append(":\n");
                file = result.Test.Location.File;
            }

            told.Append(Line(result)).Append('\n');
            Cases(result.Cases, 1, verbose, told);
            if (result.Error is not null)
            {
                told.Append("  ").Append(result.Error).Append('\n');
            }

            if (result.Output.Length > 0)
            {
                told.Append("\n  ").Append(result.Output.Trim().Replace("\n", "\n  ", StringComparison.Ordinal)).Append("\n\n");
            }
        }

        told.Append(file.Length > 0 ? $"{Rule}\n" : "");
        Sums(results, told);
        to.Write(told.ToString());
    }

    public static void Json(IReadOnlyList<RegoTestResult> results, TextWriter to) => to.Write(GoJson.Indented(writer =>
    {
        writer.WriteStartArray();
        foreach (var result in results)
        {
            writer.WriteStartObject();
            writer.WriteStartObject("location");
            writer.WriteString("file", result.Test.Location.File);
            writer.WriteNumber("row", result.Test.Location.Row);
            writer.WriteNumber("col", result.Test.Location.Column);
            writer.WriteEndObject();
            writer.WriteString("package", result.Test.Package);
            writer.WriteString("name", result.Test.Name);
            WriteFlags(writer, result);
            writer.WriteNumber("duration", result.Nanoseconds);
            if (result.Output.Length > 0)
            {
                writer.WriteBase64String("output", Encoding.UTF8.GetBytes(result.Output));
            }

            WriteCases(writer, result.Cases);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }) + "\n");

    private static void WriteFlags(Utf8JsonWriter writer, RegoTestResult result)
    {
        if (result.Failed)
        {
            writer.WriteBoolean("fail", true);
        }

        if (result.Skipped)
        {
            writer.WriteBoolean("skip", true);
        }

        if (result.Error is not null)
        {
            writer.WriteStartObject("error");
            writer.WriteString("message", result.Error);
            writer.WriteEndObject();
        }
    }

    private static void WriteCases(Utf8JsonWriter writer, SortedDictionary<string, TestCase> cases)
    {
        if (cases.Count == 0)
        {
            return;
        }

        writer.WriteStartObject("sub_results");
        foreach (var one in cases.Values)
        {
            writer.WriteStartObject(one.Name);
            writer.WriteString("name", one.Name);
            if (one.Failed)
            {
                writer.WriteBoolean("fail", true);
            }

            WriteCases(writer, one.Cases);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static string Line(RegoTestResult result) => result.Skipped
        ? $"{result.Test.FullName}: {result.Outcome}"
        : $"{result.Test.FullName}: {result.Outcome} ({EvalPretty.Duration(result.Nanoseconds)})";

    private static void Cases(SortedDictionary<string, TestCase> cases, int depth, bool verbose, StringBuilder told)
    {
        foreach (var one in cases.Values.Where(c => verbose || c.Failed))
        {
            told.Append(' ', 2 * depth).Append(one.Name).Append(one.Failed ? ": FAIL\n" : ": PASS\n");
            Cases(one.Cases, depth + 1, verbose, told);
        }
    }

    private static void Failure(RegoTestResult result, StringBuilder told)
    {
        if (result.Cases.Values.Any(c => c.Failed))
        {
            Cases(result.Cases, 1, verbose: false, told);
            told.Append('\n');
        }
        else if (result.FailedAt is { } at)
        {
            told.Append(CultureInfo.InvariantCulture, $"  {at.Location.File}:{at.Location.Row}:\n");
            foreach (var line in Marked(at))
            {
                told.Append("    ").Append(line).Append('\n');
            }

            told.Append('\n');
        }
    }

    // below the statement what each of its variables was, the last one first
    private static IEnumerable<string> Marked(TraceEvent at)
    {
        foreach (var line in at.Text.Split('\n'))
        {
            yield return line.TrimEnd('\r');
        }

        var places = (at.Locals ?? []).Select(l => (l.Value, At: PlaceOf(l.Key, at.Text)))
            .Where(l => l.At >= 0).OrderBy(l => l.At).ToList();
        if (places.Count > 0)
        {
            yield return Bars(places.Count);
        }

        for (var i = places.Count - 1; i >= 0; i--)
        {
            var before = Bars(i);
            var text = ValueJson.ToText(places[i].Value);
            yield return before.PadRight(places[i].At) + (text.Length > LongestValue ? $"{text[..LongestValue]}..." : text);
        }

        string Bars(int count)
        {
            var bars = new StringBuilder();
            foreach (var (_, column) in places.Take(count))
            {
                bars.Append(' ', Math.Max(0, column - bars.Length)).Append('|');
            }

            return bars.ToString();
        }
    }

    // only of statements on one line: elsewhere a column says nothing
    private static int PlaceOf(string name, string text) => text.Contains('\n', StringComparison.Ordinal)
        ? -1
        : Regex.Match(text, $@"(?<![\w.""]){Regex.Escape(name)}(?![\w""])") is { Success: true } found ? found.Index : -1;

    private static void Sums(IReadOnlyList<RegoTestResult> results, StringBuilder told)
    {
        var passed = results.Sum(r => r.Count().Passed);
        var failed = results.Sum(r => r.Count().Failed);
        var skipped = results.Count(r => r.Skipped);
        var errors = results.Count(r => r.Error is not null);
        var all = passed + failed + skipped + errors;
        foreach (var (name, count) in new[] { ("PASS", passed), ("FAIL", failed), ("SKIPPED", skipped), ("ERROR", errors) })
        {
            if (count > 0)
            {
                told.Append(CultureInfo.InvariantCulture, $"{name}: {count}/{all}\n");
            }
        }
    }
}
