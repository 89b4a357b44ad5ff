using Reeve.Languages.PolicyTemplates.Syntax;

namespace Reeve.Languages.PolicyTemplates.Compiler;

/// <summary>Datasources that wait for each other.</summary>
internal static class Cycles
{
    public static void Report(Registry registry, Problems problems)
    {
        // an explicit stack: a chain of datasources can be as long as the file
        var done = new HashSet<BlockName>();
        foreach (var start in registry.Blocks.Keys.Where(b => b.Kind == "datasource"))
        {
            var path = new List<BlockName>();
            var on = new HashSet<BlockName>();
            var stack = new Stack<(BlockName Block, bool IsLeft)>([(start, false)]);
            while (stack.TryPop(out var next))
            {
                if (next.IsLeft)
                {
                    path.RemoveAt(path.Count - 1);
                    on.Remove(next.Block);
                    continue;
                }

                if (on.Contains(next.Block))
                {
                    var circle = path.SkipWhile(b => b != next.Block).Append(next.Block).Select(b => $"`${b.Name}`");
                    problems.Add(
                        registry.Blocks[next.Block].At, "Circular datasources", $"{string.Join(" needs ", circle)}", "break the circle");
                    continue;
                }

                if (!done.Add(next.Block))
                {
                    continue;
                }

                path.Add(next.Block);
                on.Add(next.Block);
                stack.Push((next.Block, true));
                foreach (var used in Datasources(registry, next.Block).Where(registry.Blocks.ContainsKey))
                {
                    stack.Push((used, false));
                }
            }
        }
    }

    // credentials may need one for the number of an account
    private static IEnumerable<BlockName> Datasources(Registry registry, BlockName block)
    {
        foreach (var used in registry.UsedBy(block))
        {
            if (used.Kind == "datasource")
            {
                yield return used;
            }
            else if (used.Kind is "credentials" or "auth")
            {
                foreach (var needed in registry.UsedBy(used).Where(u => u.Kind == "datasource"))
                {
                    yield return needed;
                }
            }
        }
    }
}
