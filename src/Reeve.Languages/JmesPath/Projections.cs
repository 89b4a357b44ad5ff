using Reeve.Languages.Data;

namespace Reeve.Languages.JmesPath;

/// <summary>Applies what follows to each item of a list; items that become null are left out.</summary>
internal abstract class Projection(Node left, Node right) : Node(Math.Max(left.Depth, right.Depth) + 1)
{
    protected override object? Evaluate(object? at, EvaluationBudget budget)
    {
        if (Items(left.Find(at, budget), budget) is not { } items)
        {
            return null;
        }

        var list = new List<object?>();
        foreach (var item in items)
        {
            if (right.Find(item, budget) is { } found)
            {
                budget.Make(1);
                list.Add(found);
            }
        }

        return list;
    }

    protected abstract IEnumerable<object?>? Items(object? of, EvaluationBudget budget);
}

/// <summary><c>[*]</c></summary>
internal sealed class ListProjection(Node left, Node right) : Projection(left, right)
{
    protected override IEnumerable<object?>? Items(object? of, EvaluationBudget budget) => of as List<object?>;
}

/// <summary><c>*</c></summary>
internal sealed class ValueProjection(Node left, Node right) : Projection(left, right)
{
    protected override IEnumerable<object?>? Items(object? of, EvaluationBudget budget) =>
        of is OrderedDictionary<string, object?> map ? map.Values : null;
}

/// <summary><c>[?condition]</c></summary>
internal sealed class FilterProjection(Node left, Node right, Node condition) : Projection(left, right)
{
    protected override IEnumerable<object?>? Items(object? of, EvaluationBudget budget) =>
        of is List<object?> list ? list.Where(i => !IsFalse(condition.Find(i, budget))) : null;
}

/// <summary><c>[]</c>: one level of lists is taken out.</summary>
internal sealed class FlattenProjection(Node left, Node right) : Projection(left, right)
{
    protected override IEnumerable<object?>? Items(object? of, EvaluationBudget budget) =>
        of is List<object?> list ? list.SelectMany(i => i as List<object?> ?? [i]) : null;
}

/// <summary><c>[from:to:step]</c></summary>
internal sealed class SliceProjection(Node left, Node right, long? from, long? to, long step) : Projection(left, right)
{
    protected override IEnumerable<object?>? Items(object? of, EvaluationBudget budget)
    {
        if (of is not List<object?> list)
        {
            return null;
        }

        var count = list.Count;
        var start = from is { } f ? Clamp(f < 0 ? f + count : f, count) : step > 0 ? 0 : count - 1;
        var stop = to is { } t ? Clamp(t < 0 ? t + count : t, count) : step > 0 ? count : -1;
        var items = new List<object?>();
        for (var i = start; step > 0 ? i < stop : i > stop; i += step)
        {
            items.Add(list[(int)i]);

            // the sum of a place and a step can be more than a number holds
            if (Math.Abs(step) > count)
            {
                break;
            }
        }

        return items;
    }

    private long Clamp(long place, int count) => step > 0 ? Math.Clamp(place, 0, count) : Math.Clamp(place, -1, count - 1);
}
