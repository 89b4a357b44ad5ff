using System.Text.RegularExpressions;
using Reeve.Languages.PolicyTemplates.Syntax;

namespace Reeve.Languages.PolicyTemplates.Lint;

/// <summary>
/// Fields whose value changes by itself: unless they are left out of the hash, each change runs every escalation again.
/// </summary>
internal static partial class VolatileFields
{
    private static readonly HashSet<string> _names = new(StringComparer.Ordinal)
    {
        "savings", "savingsCurrency", "total_savings", "message", "tags",
        "cpuMaximum", "cpuMinimum", "cpuAverage", "cpuP99", "cpuP95", "cpuP90",
        "memMaximum", "memMinimum", "memAverage", "memP99", "memP95", "memP90",
    };

    public static void Find(PolicyTemplate template, List<LintFinding> findings)
    {
        foreach (var validate in template.Tree.Definitions.Where(d => d.Name == "policy").SelectMany(p => p.FieldsNamed("validate_each")))
        {
            // with `hash_include` only what is named counts
            if (validate.Field("export") is not { } export || validate.Field("hash_include") is not null)
            {
                continue;
            }

            var excluded = Strings(validate.Field("hash_exclude")).ToHashSet(StringComparer.Ordinal);
            var missing = export.FieldsNamed("field")
                .Where(f => f.Label is { } name && (_names.Contains(name) || Age().IsMatch(name)))
                .Select(f => (f.Text("path") ?? f.Label!).Split('.')[0])
                .Where(key => !excluded.Contains(key))
                .Distinct()
                .ToList();
            if (missing.Count > 0)
            {
                findings.Add(new(
                    validate.At, "volatile-field",
                    $"{string.Join(", ", missing.Select(m => $"`{m}`"))} may change at every evaluation, "
                    + "and each change runs the escalations again: name them in `hash_exclude`"));
            }
        }
    }

    private static IEnumerable<string> Strings(Definition? field) =>
        field is null ? [] : (field.Arguments is [ArrayTerm list] ? list.Items : field.Arguments).OfType<StringTerm>().Select(s => s.Value);

    // how old something is, or what the clock says
    [GeneratedRegex(
        "^(age|.*_age|.*[a-z]Age|age_.*|age[A-Z].*|days?(Old|Since|Ago)|days?_(old|since|ago).*|now|today|timestamp|current_?[tT]ime)$",
        RegexOptions.CultureInvariant)]
    private static partial Regex Age();
}
