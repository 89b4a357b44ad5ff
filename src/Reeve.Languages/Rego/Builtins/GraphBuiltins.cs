using System.Runtime.CompilerServices;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins;

/// <summary>Graphs: objects whose values are the neighbours of their keys.</summary>
internal static class GraphBuiltins
{
    public static IEnumerable<Builtin> All { get; } =
    [
        new()
        {
            Name = "graph.reachable", Parameters = [RegoType.Object, RegoType.ArrayOrSet], Result = RegoType.Set,
            Invoke = static (_, operands) => Reachable(operands),
        },
        new()
        {
            Name = "graph.reachable_paths", Parameters = [RegoType.Object, RegoType.ArrayOrSet], Result = RegoType.Set,
            Invoke = static (context, operands) => Paths(context, operands),
        },
    ];

    private static ReadOnlySpan<Value> Neighbours(Value value) => value switch
    {
        ArrayValue array => array.AsSpan(),
        SetValue set => set.AsSpan(),
        _ => [],
    };

    private static SetValue Reachable(ReadOnlySpan<Value> operands)
    {
        var graph = Operand.Object(operands, 0, "graph.reachable");
        var reached = new SetBuilder(8);
        var waiting = new Queue<Value>(Operand.Items(operands, 1, "graph.reachable").ToArray());
        while (waiting.TryDequeue(out var node))
        {
            if (graph.Get(node) is not { } edges || !reached.Add(node))
            {
                continue;
            }

            foreach (var next in Neighbours(edges))
            {
                if (!reached.Contains(next))
                {
                    waiting.Enqueue(next);
                }
            }
        }

        return reached.ToSet();
    }

    private static SetValue Paths(BuiltinContext context, ReadOnlySpan<Value> operands)
    {
        var graph = Operand.Object(operands, 0, "graph.reachable_paths");
        var paths = new SetBuilder(8);
        foreach (var start in Operand.Items(operands, 1, "graph.reachable_paths"))
        {
            Follow(context, graph, start, [], SetValue.Of([start]), paths);
        }

        return paths.ToSet();
    }

    private static void Follow(
        BuiltinContext context, ObjectValue graph, Value node, List<Value> path, SetValue reached, SetBuilder paths)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        context.Check();
        if (graph.Get(node) is not { } edges)
        {
            if (path.Count > 0)
            {
                paths.Add(ArrayValue.Of(path));
            }

            return;
        }

        path.Add(node);
        var neighbours = Neighbours(edges);
        if (neighbours.IsEmpty)
        {
            paths.Add(ArrayValue.Of(path));
        }

        foreach (var next in neighbours)
        {
            if (reached.Contains(next))
            {
                paths.Add(ArrayValue.Of(path));
            }
            else
            {
                reached = SetValue.Of([.. reached, next]);
                Follow(context, graph, next, path, reached, paths);
            }
        }

        path.RemoveAt(path.Count - 1);
    }
}
