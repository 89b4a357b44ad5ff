using System.Runtime.CompilerServices;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Evaluation;

/// <summary>One step into a value.</summary>
internal static class Lookup
{
    /// <summary>The element under a key, the member of a set itself; null is undefined.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Value? Get(Value value, Value key)
    {
        if (value is ObjectValue map)
        {
            return map.Get(key);
        }

        return Other(value, key);
    }

    private static Value? Other(Value value, Value key) => value switch
    {
        ArrayValue array => key is NumberValue number && number.TryGetInt64(out var at) && at >= 0 && at < array.Count
            ? array[(int)at]
            : null,
        SetValue set => set.Contains(key) ? key : null,
        _ => null,
    };
}
