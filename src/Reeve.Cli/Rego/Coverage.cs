using System.Text.Json;
using Reeve.Languages.Rego.Syntax;

namespace Reeve.Cli.Rego;

/// <summary>Which rows of policies were reached and which were not, as <c>--coverage</c> reports it.</summary>
internal sealed class Coverage
{
    private readonly SortedDictionary<string, (SortedSet<int> Covered, SortedSet<int> Missed)> _files = new(StringComparer.Ordinal);

    public Coverage(IEnumerable<RegoModule> modules, IReadOnlyDictionary<string, HashSet<int>> reached)
    {
        foreach (var module in modules)
        {
            var covered = reached.TryGetValue(module.File, out var rows) ? new SortedSet<int>(rows) : [];
            var all = new SortedSet<int>();
            foreach (var rule in module.Rules)
            {
                Rows(rule, all);
            }

            all.ExceptWith(covered);
            if (covered.Count > 0 || all.Count > 0)
            {
                _files[module.File] = (covered, all);
            }
        }
    }

    /// <summary>In percent, with two digits.</summary>
    public double Percent => Share(_files.Values.Sum(f => f.Covered.Count), _files.Values.Sum(f => f.Missed.Count));

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("files");
        foreach (var (file, (covered, missed)) in _files)
        {
            writer.WriteStartObject(file);
            Ranges(writer, "covered", covered);
            Ranges(writer, "not_covered", missed);
            Sum(writer, covered.Count, missed.Count);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        Sum(writer, _files.Values.Sum(f => f.Covered.Count), _files.Values.Sum(f => f.Missed.Count));
        writer.WriteEndObject();
    }

    private static void Sum(Utf8JsonWriter writer, int covered, int missed)
    {
        if (covered > 0)
        {
            writer.WriteNumber("covered_lines", covered);
        }

        if (missed > 0)
        {
            writer.WriteNumber("not_covered_lines", missed);
        }

        if (covered > 0)
        {
            writer.WriteNumber("coverage", Share(covered, missed));
        }
    }

    private static double Share(int covered, int missed) =>
        covered + missed == 0 ? 0 : Math.Round(100.0 * covered / (covered + missed), 2, MidpointRounding.AwayFromZero);

    private static void Ranges(Utf8JsonWriter writer, string name, SortedSet<int> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        writer.WriteStartArray(name);
        int? begin = null;
        foreach (var row in rows)
        {
            begin ??= row;
            if (rows.Contains(row + 1))
            {
                continue;
            }

            writer.WriteStartObject();
            Row(writer, "start", begin.Value);
            Row(writer, "end", row);
            writer.WriteEndObject();
            begin = null;
        }

        writer.WriteEndArray();
    }

    private static void Row(Utf8JsonWriter writer, string name, int row)
    {
        writer.WriteStartObject(name);
        writer.WriteNumber("row", row);
        writer.WriteEndObject();
    }

    private static void Rows(RegoRule rule, SortedSet<int> rows)
    {
        for (var at = rule; at is not null; at = at.Else)
        {
            rows.Add(at.Location.Row);
            foreach (var part in at.Reference)
            {
                Rows(part, rows);
            }

            Rows(at.Key, rows);
            Rows(at.Value, rows);
            Rows(at.Body, rows);
        }
    }

    private static void Rows(IReadOnlyList<Expression> body, SortedSet<int> rows)
    {
        foreach (var statement in body)
        {
            // a declaration does nothing that could be reached
            if (statement.Some is not { Domain: null })
            {
                rows.Add(statement.Location.Row);
            }

            Rows(statement.Term, rows);
            Rows(statement.Some?.Domain, rows);
            if (statement.Every is { } every)
            {
                Rows(every.Domain, rows);
                Rows(every.Body, rows);
            }
        }
    }

    // of terms only comprehensions hold statements of their own
    private static void Rows(Term? term, SortedSet<int> rows)
    {
        switch (term)
        {
            case ComprehensionTerm comprehension:
                Rows(comprehension.Head, rows);
                Rows(comprehension.Value, rows);
                Rows(comprehension.Body, rows);
                break;
            case CallTerm call:
                All(call.Arguments, rows);
                break;
            case RefTerm path:
                All(path.Parts, rows);
                break;
            case ArrayTerm array:
                All(array.Items, rows);
                break;
            case SetTerm set:
                All(set.Items, rows);
                break;
            case ObjectTerm map:
                All(map.Pairs.Select(p => p.Key), rows);
                All(map.Pairs.Select(p => p.Value), rows);
                break;
        }
    }

    private static void All(IEnumerable<Term> terms, SortedSet<int> rows)
    {
        foreach (var term in terms)
        {
            Rows(term, rows);
        }
    }
}
