namespace Reeve.Languages.Rego.Values;

/// <summary>About how many characters a value has when it is printed, shared parts counted as often as they are.</summary>
internal static class PrintedSize
{
    private const int OfNumber = 8;

    /// <summary>What is left of a number of characters after a value; negative, and not exact, when it does not fit.</summary>
    public static long Left(Value value, long characters)
    {
        switch (value)
        {
            case StringValue text:
                return characters - text.Text.Length - 2;
            case ArrayValue array:
                return Left(array.AsSpan(), characters);
            case SetValue set:
                return Left(set.AsSpan(), characters);
            case ObjectValue map:
                RunningLimits.Step();
                characters -= 2;
                foreach (var (key, member) in map.AsBuilt())
                {
                    if (characters < 0)
                    {
                        break;
                    }

                    characters = Left(member, Left(key, characters));
                }

                return characters;
            default:
                return characters - OfNumber;
        }
    }

    private static long Left(ReadOnlySpan<Value> items, long characters)
    {
        RunningLimits.Step();
        characters -= 2;
        for (var at = 0; at < items.Length && characters >= 0; at++)
        {
            characters = Left(items[at], characters);
        }

        return characters;
    }
}
