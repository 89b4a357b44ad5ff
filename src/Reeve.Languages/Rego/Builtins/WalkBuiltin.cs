using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins;

/// <summary><c>walk</c>: each part of a document with the path to it, the document itself first.</summary>
internal static class WalkBuiltin
{
    public static IEnumerable<Builtin> All { get; } =
    [
        new()
        {
            Name = "walk",
            Parameters = [RegoType.Any],
            Result = RegoType.Array,
            Invoke = static (_, _) => null,
            Results = static (_, operands) => Walk(operands[0]),
        },
    ];

    private static IEnumerable<Value> Walk(Value document)
    {
        // no recursion: documents may be nested deeper than a stack is
        var waiting = new Stack<(Value[] Path, Value Value)>();
        waiting.Push(([], document));
        while (waiting.TryPop(out var one))
        {
            yield return ArrayValue.Own([ArrayValue.Own(one.Path), one.Value]);
            switch (one.Value)
            {
                case ArrayValue array:
                    for (var at = array.Count - 1; at >= 0; at--)
                    {
                        waiting.Push(([.. one.Path, NumberValue.Of(at)], array[at]));
                    }

                    break;
                case ObjectValue map:
                    foreach (var (key, value) in map.Reverse())
                    {
                        waiting.Push(([.. one.Path, key], value));
                    }

                    break;
                case SetValue set:
                    foreach (var item in set.Reverse())
                    {
                        waiting.Push(([.. one.Path, item], item));
                    }

                    break;
            }

        }
    }
}
