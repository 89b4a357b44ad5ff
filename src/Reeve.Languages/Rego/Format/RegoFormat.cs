using System.Text;
using Reeve.Languages.Rego.Syntax;

namespace Reeve.Languages.Rego.Format;

/// <summary>
/// The layout that <c>opa fmt</c> gives modules: tabs, one statement a line, imports in order, what stood on several rows stays so with a
/// comma behind each, comments where they were.
/// </summary>
public static class RegoFormat
{
    /// <summary>The text in its layout, or why it is no module. A layout that would change the meaning is not used.</summary>
    public static (string? Text, IReadOnlyList<RegoError> Errors) Format(string text, string file, RegoVersion version)
    {
        var normal = text.Replace("\r\n", "\n", StringComparison.Ordinal);
        var parsed = RegoModule.Parse(normal, file, version);
        if (parsed.Module is not { } module)
        {
            return (null, parsed.Errors);
        }

        string laidOut;
        try
        {
            laidOut = Layout(module);
        }
        catch (LayoutException)
        {
            return (Trimmed(normal), []);
        }

        var again = RegoModule.Parse(laidOut, file, version).Module;
        return again is not null && IsSame(module, again) ? (laidOut, []) : (Trimmed(normal), []);
    }

    private static string Layout(RegoModule module)
    {
        var source = new SourceMap(module.Text);
        var imports = Kept(module).ToList();
        var onImports = imports.Select(i => i.Location.Row).ToHashSet();
        var beside = module.Comments.Where(c => onImports.Contains(c.Location.Row)).ToLookup(c => c.Location.Row);
        var writer = new LayoutWriter(module.Comments.Where(c => !onImports.Contains(c.Location.Row)));
        writer.CommentsTo(module.PackageLocation.Row);
        writer.StartLine();
        writer.Write($"package {PathText(module.Package)}");
        writer.BlankLine();
        var rules = new RuleLayout(writer, source, module);
        var others = new Queue<RegoImport>(imports);
        var waiting = new Queue<RegoRule>(module.Rules);
        while (others.Count > 0 || waiting.Count > 0)
        {
            Imports(writer, TakeWhile(others, i => waiting.Count == 0 || i.Location.Row < waiting.Peek().Location.Row), beside);
            rules.Rules(TakeWhile(waiting, r => others.Count == 0 || r.Location.Row < others.Peek().Location.Row));
        }

        writer.RemainingComments();
        return writer.ToString().TrimEnd('\n') + "\n";
    }

    // those that another makes needless are left out
    private static IEnumerable<RegoImport> Kept(RegoModule module) => module.Imports.Any(i => i.Path is ["rego", "v1"])
        ? module.Imports.Where(i => i.Path is not ["future", ..])
        : module.Imports;

    private static void Imports(LayoutWriter writer, List<RegoImport> imports, ILookup<int, Comment> beside)
    {
        for (var from = 0; from < imports.Count;)
        {
            var to = from + 1;
            while (to < imports.Count && imports[to].Location.Row - imports[to - 1].Location.Row <= 1)
            {
                to++;
            }

            writer.CommentsTo(imports[from].Location.Row);
            foreach (var import in imports[from..to].OrderBy(i => i, ByPath.Instance))
            {
                var comment = beside[import.Location.Row].FirstOrDefault() is { } told ? $" #{told.Text.TrimEnd()}" : "";
                writer.StartLine();
                writer.Write($"import {PathText(import.Path)}{(import.Alias is null ? "" : $" as {import.Alias}")}{comment}");
                writer.EndLine();
            }

            writer.BlankLine();
            from = to;
        }
    }

    private static List<T> TakeWhile<T>(Queue<T> queue, Func<T, bool> wanted)
    {
        var taken = new List<T>();
        while (queue.Count > 0 && wanted(queue.Peek()))
        {
            taken.Add(queue.Dequeue());
        }

        return taken;
    }

    private static string PathText(IReadOnlyList<string> path)
    {
        var text = new StringBuilder(path[0]);
        foreach (var part in path.Skip(1))
        {
            var isName = part.Length > 0 && !char.IsAsciiDigit(part[0]) && part.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
            text.Append(isName ? $".{part}" : $"[{Values.StringValue.Of(part)}]");
        }

        return text.ToString();
    }

    private static string Trimmed(string text) => text.TrimEnd() + "\n";

    // the same rules in the same order, and no comment lost
    private static bool IsSame(RegoModule one, RegoModule other) =>
        one.Package.SequenceEqual(other.Package)
        && one.Rules.Select(RuleText).SequenceEqual(other.Rules.Select(RuleText))
        && one.Comments.Select(c => c.Text.TrimEnd()).Order(StringComparer.Ordinal)
            .SequenceEqual(other.Comments.Select(c => c.Text.TrimEnd()).Order(StringComparer.Ordinal));

    private static string RuleText(RegoRule rule)
    {
        var text = new StringBuilder(rule.IsDefault ? "default " : "");
        for (var at = rule; at is not null; at = at.Else)
        {
            text.AppendJoin('.', at.Reference.Select(TermText.Of));
            text.Append('(').AppendJoin(',', (at.Parameters ?? []).Select(TermText.Of)).Append(')');
            text.Append(at.Key is null ? "" : $" contains {TermText.Of(at.Key)}");
            text.Append(at.Value is null ? "" : $" := {TermText.Of(at.Value)}");
            var body = TermText.Of(at.Body);
            text.Append(" { ").Append(body == "true" ? "" : body).Append(" } else ");
        }

        return text.ToString();
    }

    private sealed class ByPath : IComparer<RegoImport>
    {
        public static readonly ByPath Instance = new();

        public int Compare(RegoImport? x, RegoImport? y)
        {
            for (var at = 0; at < Math.Min(x!.Path.Count, y!.Path.Count); at++)
            {
                var order = string.CompareOrdinal(x.Path[at], y.Path[at]);
                if (order != 0)
                {
                    return order;
                }
            }

            var length = x.Path.Count.CompareTo(y.Path.Count);
            return length != 0 ? length : string.CompareOrdinal(x.Alias ?? "", y.Alias ?? "");
        }
    }
}
