using Reeve.Languages.Rego.Evaluation;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Compiler;

/// <summary>Builds the index of the rules of one document from their equalities with constants.</summary>
internal static class IndexBuilder
{
    private const int MaxLevels = 3;

    /// <summary>An equality that must hold for a rule: what is compared (named by text), how it is evaluated, and the constant.</summary>
    internal readonly record struct Condition(string Subject, Node Node, Value Constant);

    internal readonly record struct Entry(CompiledRule Rule, IReadOnlyList<Condition> Conditions);

    public static RuleIndex? Build(IReadOnlyList<Entry> entries) => Build(entries, [], 0);

    private static RuleIndex? Build(IReadOnlyList<Entry> entries, HashSet<string> used, int level)
    {
        if (entries.Count < 2 || level == MaxLevels)
        {
            return null;
        }

        var counts = new Dictionary<string, int>();
        Condition best = default;
        var most = 1;
        foreach (var entry in entries)
        {
            foreach (var condition in entry.Conditions)
            {
                if (used.Contains(condition.Subject))
                {
                    continue;
                }

                var count = counts[condition.Subject] = counts.GetValueOrDefault(condition.Subject) + 1;
                if (count > most)
                {
                    most = count;
                    best = condition;
                }
            }
        }

        // copying the free rules into each group must stay cheap
        var free = entries.Count - most;
        return best.Node is null || free * (long)most > 200_000 ? null : Split(entries, best, [.. used, best.Subject], level);
    }

    private static RuleIndex Split(IReadOnlyList<Entry> entries, Condition best, HashSet<string> used, int level)
    {
        var values = new HashSet<Value>();
        var wanted = new Value?[entries.Count];
        for (var at = 0; at < entries.Count; at++)
        {
            foreach (var condition in entries[at].Conditions)
            {
                if (condition.Subject == best.Subject)
                {
                    wanted[at] = condition.Constant;
                    values.Add(condition.Constant);
                }
            }
        }

        var groups = values.ToDictionary(value => value, _ => new List<Entry>());
        var free = new List<Entry>();
        for (var at = 0; at < entries.Count; at++)
        {
            if (wanted[at] is { } value)
            {
                groups[value].Add(entries[at]);
                continue;
            }

            // a rule without the condition can hold whatever the value is
            free.Add(entries[at]);
            foreach (var group in groups.Values)
            {
                group.Add(entries[at]);
            }
        }

        var table = groups.ToDictionary(group => group.Key, group => Bucket(group.Value, used, level));
        return new RuleIndex(best.Node, table, Bucket(free, used, level));
    }

    private static RuleIndex.Bucket Bucket(List<Entry> entries, HashSet<string> used, int level) =>
        new([.. entries.Select(entry => entry.Rule)], Build(entries, used, level + 1));
}
